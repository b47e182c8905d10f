package pdg

// Resolutions that a report asks for and a response may offer instead.
const (
	SendNewData     = "Send new data"
	SendProduct     = "Send product"
	ReturnProduct   = "Return product"
	SendBackProduct = "Send back product"
	CreditAccount   = "Credit account"
	DebitAccount    = "Debit account"
)

// Resolutions are all of them.
var Resolutions = []string{SendNewData, SendProduct, ReturnProduct, SendBackProduct, CreditAccount, DebitAccount}

// Sources of an observation.
const (
	SourceScan        = "Scan"
	SourcePackingSlip = "Packing Slip"
	SourceASN         = "ASN"
	SourceOther       = "Other"
)

// Sources are all of them.
var Sources = []string{SourceScan, SourcePackingSlip, SourceASN, SourceOther}

// Text is a text that may be missing: empty, it is written as null.
type Text string

// Contact is who sent a message.
type Contact struct {
	VP    Text   `json:"vp"` // a credential; carried, never trusted
	GLN   Text   `json:"gln"`
	Email string `json:"email"`
	Phone Text   `json:"phone"`
}

// Report says what is wrong and what is asked for. One without exceptions and with
// Resolved ends the case.
type Report struct {
	Message    string     `json:"message_uuid"`
	Case       string     `json:"exception_case_uuid"`
	Timestamp  int64      `json:"timestamp"` // Unix seconds
	PO         string     `json:"po_number"`
	Sender     Contact    `json:"sender_information"`
	Exceptions Exceptions `json:"exceptions"`
	Other      []string   `json:"other_errors"` // in words
	Resolved   bool       `json:"case_resolved"`
}

// Exceptions are the items of a report by sort.
type Exceptions struct {
	MissingProductData []MissingProductData `json:"missing_product_data,omitempty"`
	MissingProduct     []MissingProduct     `json:"missing_product,omitempty"`
	DataMisalignment   []Misalignment       `json:"data_misalignment,omitempty"`
	Overages           []Quantity           `json:"overages,omitempty"`
	Underages          []Quantity           `json:"underages,omitempty"`
	MasterDataErrors   *MasterDataErrors    `json:"master_data_errors,omitempty"`
}

// MissingProductData is a product that came without data.
type MissingProductData struct {
	Item       string `json:"exception_item_uuid"`
	GTIN       string `json:"product_gtin"`
	Source     string `json:"observation_source"`
	Resolution string `json:"resolution_request"`
	Serial     Text   `json:"product_serial"`
}

// MissingProduct is data that came without its product.
type MissingProduct struct {
	Item       string `json:"exception_item_uuid"`
	File       string `json:"file_id"`
	GTIN       string `json:"product_gtin"`
	Serial     string `json:"product_serial"`
	Resolution string `json:"resolution_request"`
}

// Misalignment is a product whose data says something else. Dates are MMDDYYYY.
type Misalignment struct {
	Item           string `json:"exception_item_uuid"`
	ReceivedGTIN   string `json:"received_product_gtin"`
	ReceivedLot    string `json:"received_product_lot"`
	ReceivedExpiry string `json:"received_product_expiry"`
	ReceivedSerial Text   `json:"received_product_serial"`
	DataGTIN       string `json:"product_data_gtin"`
	DataLot        string `json:"product_data_lot"`
	DataExpiry     string `json:"product_data_expiry"`
	DataSerial     Text   `json:"product_data_serial"`
	Resolution     string `json:"resolution_request"`
}

// Quantity is an overage or an underage.
type Quantity struct {
	Item       string `json:"exception_item_uuid"`
	GTIN       string `json:"gtin"`
	Ordered    int    `json:"quantity_ordered"`
	Received   int    `json:"quantity_received"`
	Resolution string `json:"resolution_request"`
}

// MasterDataErrors are wrong identifiers of places and products.
type MasterDataErrors struct {
	GLN  []GLNError  `json:"gln_errors,omitempty"`
	GTIN []GTINError `json:"gtin_errors,omitempty"`
}

// GLNError is a wrong identifier of a place.
type GLNError struct {
	Item       string `json:"exception_item_uuid"`
	Invalid    string `json:"invalid_gln"`
	Proposed   Text   `json:"proposed_gln"`
	Resolution Text   `json:"resolution_request"`
}

// GTINError is a wrong identifier of a product.
type GTINError struct {
	Item       string `json:"exception_item_uuid"`
	Invalid    string `json:"invalid_gtin"`
	Proposed   Text   `json:"proposed_gtin"`
	Resolution Text   `json:"resolution_request"`
}

// Len is how many items a report has.
func (r *Report) Len() int {
	e := r.Exceptions
	n := len(e.MissingProductData) + len(e.MissingProduct) + len(e.DataMisalignment) + len(e.Overages) + len(e.Underages)
	if e.MasterDataErrors != nil {
		n += len(e.MasterDataErrors.GLN) + len(e.MasterDataErrors.GTIN)
	}
	return n
}

// Closes tells whether a report ends its case.
func (r *Report) Closes() bool { return r.Resolved && r.Len() == 0 }
