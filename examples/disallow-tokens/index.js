exports.stopper = "figure eight";
