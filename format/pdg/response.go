package pdg

// Answers to an item.
const (
	Accept = "Accept"
	Reject = "Reject"
)

// Ways to follow up.
const (
	ByEmail = "Email"
	ByPhone = "Phone"
)

// Response answers the items of a report.
type Response struct {
	Message   string         `json:"message_uuid"`
	Case      string         `json:"exception_case_uuid"`
	Timestamp int64          `json:"timestamp"` // Unix seconds
	Sender    Contact        `json:"sender_information"`
	PO        string         `json:"po_number"`
	Items     []ResponseItem `json:"response_items"`
	Notes     Text           `json:"additional_notes"`
}

// ResponseItem is the answer to one item.
type ResponseItem struct {
	Item        string       `json:"exception_item_uuid"`
	Answer      string       `json:"resolution_response"`
	Comments    Text         `json:"comments"`
	Alternative *Alternative `json:"alternative_resolution"`
}

// Alternative is what a partner would do instead, and how to go on.
type Alternative struct {
	Resolution Text `json:"alternative_resolution"`
	FollowUp   Text `json:"follow_up"`
	Details    Text `json:"follow_up_details"`
}
