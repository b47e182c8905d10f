package pdg

import (
	"encoding/json"
	"fmt"
)

// MarshalJSON writes an empty text as null.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// Encode writes a report, if a reader of this package takes it.
func (r *Report) Encode() ([]byte, error) { return encode(r, "report", &reportShape) }

// Encode writes a response, if a reader of this package takes it.
func (r *Response) Encode() ([]byte, error) {
	if r.Items == nil {
		r.Items = []ResponseItem{}
	}
	return encode(r, "response", &responseShape)
}

func encode(message any, name string, s *shape) ([]byte, error) {
	raw, err := json.Marshal(message)
	if err == nil {
		_, err = check(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't write an exception %s: %w", name, err)
	}
	return raw, nil
}
