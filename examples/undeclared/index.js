exports.calm = 0;
