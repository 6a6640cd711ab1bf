// Leaflet and what draws its basemap are classic scripts: they put one name each beside the others.
declare global {
  var L: any;
  var protomapsL: any;
}

export {};
