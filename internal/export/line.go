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

// StockLine is a line of stock.ndjson. What has a record of its own on the ledger stands
// at level 0, and what is sealed in it follows, each container before its contents.
type StockLine struct {
	Item     string `json:"item" doc:"Canonical GS1 Digital Link path"`
	Kind     string `json:"kind" doc:"pack, case, pallet or box"`
	GTIN     string `json:"gtin,omitempty" doc:"Of a product, 14 digits"`
	Lot      string `json:"lot,omitempty" doc:"Of a product"`
	Expiry   string `json:"expiry,omitempty" doc:"Of a product, YYMMDD"`
	Quantity uint64 `json:"quantity,omitempty" doc:"Units inside, where the standard names a quantity"`
	Status   string `json:"status" doc:"on-hand, offered, away, expected, ended, dispensed, reported, refused, outside, in-care, kept or left"`
	Inside   string `json:"inside,omitempty" doc:"What it is sealed or packed in"`
	Partner  string `json:"partner,omitempty" doc:"At the other end, where it was shipped or came from"`
	Level    int    `json:"level,omitempty" doc:"In how many containers it is sealed below the record that is the last line of level 0; inside is the last line one level up"`
	Slot     *int   `json:"slot,omitempty" doc:"In which slot of its container it is sealed, from 0"`
	Salt     []byte `json:"salt,omitempty" doc:"32 bytes that with item and attributes make its leaf, in base64"`
	Depth    int    `json:"depth,omitempty" doc:"Of the slot tree of a container, which has 2^depth slots"`
	Root     []byte `json:"root,omitempty" doc:"Of that slot tree, 32 bytes in base64"`
	Slots    []byte `json:"slots,omitempty" doc:"What stands in each slot, 32 bytes each, zeros in an empty one, in base64"`
	Proof    []byte `json:"proof,omitempty" doc:"A bundle, in base64, of what is on hand or offered and at level 0"`
	Unproved string `json:"unproved,omitempty" doc:"Why what is on hand or offered, with all that is sealed in it, isn't proved"`
}

// held are the states of what an organisation holds, which has a proof.
func held(status string) bool { return status == "on-hand" || status == "offered" }

var kindNames = [...]string{"", "pack", "case", "pallet", "box"}
