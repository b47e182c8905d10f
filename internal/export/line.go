package export

import "time"

// DocumentLine is a line of documents.ndjson.
type DocumentLine struct {
	ID        int64     `json:"id" doc:"The document's number in the private store"`
	File      string    `json:"file" doc:"Its name in the archive"`
	Name      string    `json:"name" doc:"Its own name"`
	MediaType string    `json:"media_type" doc:"Its media type"`
	Direction string    `json:"direction" enum:"in,out,own" doc:"in: from a partner; out: to a partner; own: captured here"`
	Partner   string    `json:"partner,omitempty" doc:"Whom it is from or to"`
	Created   time.Time `json:"created" doc:"When it was kept"`
	Bytes     int64     `json:"bytes" doc:"Its size"`
	SHA256    string    `json:"sha256" doc:"SHA-256 of its bytes"`
}

// StockLine is a line of stock.ndjson.
type StockLine struct {
	Item     string `json:"item" doc:"Canonical GS1 Digital Link path"`
	Kind     string `json:"kind" doc:"pack, case, pallet or box"`
	GTIN     string `json:"gtin,omitempty" doc:"Of a product, 14 digits"`
	Lot      string `json:"lot,omitempty" doc:"Of a product"`
	Expiry   string `json:"expiry,omitempty" doc:"Of a product, YYMMDD"`
	Status   string `json:"status" doc:"on-hand, offered, away, expected, ended, dispensed, reported or refused"`
	Inside   string `json:"inside,omitempty" doc:"What it is sealed or packed in"`
	Partner  string `json:"partner,omitempty" doc:"At the other end, where it was shipped or came from"`
	Proof    []byte `json:"proof,omitempty" doc:"A bundle, in base64, of what is on hand or offered"`
	Unproved string `json:"unproved,omitempty" doc:"Why there is no bundle of what is on hand or offered"`
}

// held are the states of what an organisation holds, which has a proof.
func held(status string) bool { return status == "on-hand" || status == "offered" }

var kindNames = [...]string{"", "pack", "case", "pallet", "box"}
