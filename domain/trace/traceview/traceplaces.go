package traceview

import (
	"strconv"

	"pedigree/format/epcis"
)

// TracePlace is a place of a trace, as the master data of a document describes it.
type TracePlace struct {
	Where    string   `json:"where" doc:"Identifier of the place, as the steps name it"`
	Name     string   `json:"name,omitempty"`
	City     string   `json:"city,omitempty"`
	State    string   `json:"state,omitempty" doc:"As written: a code such as CA, or a name"`
	Country  string   `json:"country,omitempty" doc:"ISO 3166-1 code, as written"`
	Lat      *float64 `json:"lat,omitempty" doc:"Degrees to the north, where the master data has them"`
	Lon      *float64 `json:"lon,omitempty" doc:"Degrees to the east, where the master data has them"`
	Document int64    `json:"document" doc:"Number of the document whose master data says so"`
}

// placeBy reads a place from master data (CBV 2.0, section 9.4.2: location attributes).
func placeBy(el *epcis.VocabularyElement, doc int64) TracePlace {
	a := el.Address()
	p := TracePlace{Name: a.Name, City: a.City, State: a.State, Country: a.Country, Document: doc}
	lat, north := degrees(el.Get("latitude"), 90)
	lon, east := degrees(el.Get("longitude"), 180)
	if north && east {
		p.Lat, p.Lon = &lat, &lon
	}
	return p
}

func degrees(text string, most float64) (float64, bool) {
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && v >= -most && v <= most
}
