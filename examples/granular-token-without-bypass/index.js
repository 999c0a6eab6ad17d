exports.hoursBetweenTides = 6.2;
