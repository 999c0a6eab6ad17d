exports.alfa = "A";
