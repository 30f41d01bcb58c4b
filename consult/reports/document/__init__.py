"""The paper form of a report version: words, layout and the PDF. Pure: no models, no network, no clock."""
