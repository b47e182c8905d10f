package pdg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrMessage says that a message is not one of PDG's exception messages.
var ErrMessage = errors.New("it is no exception message as PDG has them")

// ReadReport reads a report.
func ReadReport(raw []byte) (*Report, error) {
	var r Report
	if err := decode(raw, "report", &reportShape, &r); err != nil {
		return nil, err
	}
	if n := r.Len(); n > ItemsMax {
		return nil, fmt.Errorf("couldn't read an exception report: %w: it has %d items, more than %d; send several", ErrMessage, n, ItemsMax)
	}
	return &r, nil
}

// ReadResponse reads a response.
func ReadResponse(raw []byte) (*Response, error) {
	var r Response
	if err := decode(raw, "response", &responseShape, &r); err != nil {
		return nil, err
	}
	if len(r.Items) > ItemsMax {
		return nil, fmt.Errorf("couldn't read an exception response: %w: it has %d items, more than %d; send several", ErrMessage, len(r.Items), ItemsMax)
	}
	return &r, nil
}

// Read reads a message of either sort; the other one is nil.
func Read(raw []byte) (*Report, *Response, error) {
	names, err := check(raw, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("couldn't read an exception message: %w", err)
	}
	if names["case_resolved"] {
		r, err := ReadReport(raw)
		return r, nil, err
	}
	r, err := ReadResponse(raw)
	return nil, r, err
}

func decode(raw []byte, name string, s *shape, into any) error {
	if _, err := check(raw, s); err != nil {
		return fmt.Errorf("couldn't read an exception %s: %w", name, err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("couldn't read an exception %s: %w: %w", name, ErrMessage, err)
	}
	return nil
}

// IsMessage tells of the beginning of a file whether it is meant as one of PDG's
// exception messages, whether or not it can be read as one.
func IsMessage(head []byte) bool {
	head = bytes.TrimSpace(head)
	return bytes.HasPrefix(head, []byte("{")) && !bytes.Contains(head, []byte(`"@context"`)) &&
		(bytes.Contains(head, []byte(`"exception_case_uuid"`)) || bytes.Contains(head, []byte(`"message_uuid"`)))
}
