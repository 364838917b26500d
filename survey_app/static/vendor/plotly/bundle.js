'use strict';
// The charts of results pages need scatter (in core), bar and heatmap, and nothing else.
var Plotly = require('plotly.js/lib/core');
Plotly.register([require('plotly.js/lib/bar'), require('plotly.js/lib/heatmap')]);
module.exports = Plotly;
Plotly.register(require('plotly.js/lib/locales/vi'));
