package pdg

// kind is what a member may hold.
type kind int

const (
	isText kind = iota
	isUUID
	isNumber  // seconds of a moment
	isAmount  // of packages
	isBool    //
	isObject  // of the member's shape
	isObjects // an array of them
	isTexts   // an array of texts
)

// member is what a schema says of one member of an object.
type member struct {
	need bool // it must be there
	null bool // it may be null
	is   kind
	max  int      // bytes of a text; textMax when zero
	one  []string // the texts it may be; any when nil
	of   *shape
}

// shape is an object of a schema: its members by name.
type shape map[string]member

var (
	uuid     = member{need: true, is: isUUID}
	text     = member{need: true}
	maybe    = member{null: true}
	amount   = member{need: true, is: isAmount}
	asked    = member{need: true, one: Resolutions}
	maybeAsk = member{null: true, one: Resolutions}

	contactShape = shape{"vp": {null: true, max: vpMax}, "gln": maybe, "email": text, "phone": maybe}

	quantityShape = shape{"exception_item_uuid": uuid, "gtin": text, "quantity_ordered": amount, "quantity_received": amount, "resolution_request": asked}

	missingDataShape = shape{
		"exception_item_uuid": uuid, "product_gtin": text, "observation_source": {need: true, one: Sources},
		"resolution_request": asked, "product_serial": maybe,
	}
	missingShape = shape{"exception_item_uuid": uuid, "file_id": text, "product_gtin": text, "product_serial": text, "resolution_request": asked}

	misalignmentShape = shape{
		"exception_item_uuid": uuid, "received_product_gtin": text, "received_product_lot": text, "received_product_expiry": text,
		"received_product_serial": {need: true, null: true}, "product_data_gtin": text, "product_data_lot": text,
		"product_data_expiry": text, "product_data_serial": {need: true, null: true}, "resolution_request": asked,
	}
	glnShape    = shape{"exception_item_uuid": uuid, "invalid_gln": text, "proposed_gln": maybe, "resolution_request": maybeAsk}
	gtinShape   = shape{"exception_item_uuid": uuid, "invalid_gtin": text, "proposed_gtin": maybe, "resolution_request": maybeAsk}
	masterShape = shape{"gln_errors": some(&glnShape), "gtin_errors": some(&gtinShape)}

	exceptionsShape = shape{
		"missing_product_data": some(&missingDataShape), "missing_product": some(&missingShape), "data_misalignment": some(&misalignmentShape),
		"overages": some(&quantityShape), "underages": some(&quantityShape), "master_data_errors": {null: true, is: isObject, of: &masterShape},
	}
	reportShape = shape{
		"message_uuid": uuid, "exception_case_uuid": uuid, "timestamp": {need: true, is: isNumber}, "po_number": text,
		"sender_information": {need: true, is: isObject, of: &contactShape}, "exceptions": {null: true, is: isObject, of: &exceptionsShape},
		"other_errors": {null: true, is: isTexts}, "case_resolved": {need: true, is: isBool},
	}

	alternativeShape = shape{
		"alternative_resolution": {need: true, null: true, one: Resolutions},
		"follow_up":              {need: true, null: true, one: []string{ByEmail, ByPhone}}, "follow_up_details": maybe,
	}
	answerShape = shape{
		"exception_item_uuid": uuid, "resolution_response": {need: true, one: []string{Accept, Reject}}, "comments": maybe,
		"alternative_resolution": {null: true, is: isObject, of: &alternativeShape},
	}
	responseShape = shape{
		"message_uuid": uuid, "exception_case_uuid": uuid, "timestamp": {need: true, is: isNumber}, "po_number": text,
		"sender_information": {need: true, is: isObject, of: &contactShape}, "response_items": some(&answerShape), "additional_notes": maybe,
	}
)

// some is an array of objects, which may be null.
func some(of *shape) member { return member{null: true, is: isObjects, of: of} }
