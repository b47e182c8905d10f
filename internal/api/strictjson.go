package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/danielgtaylor/huma/v2"
)

// strictJSON reads request bodies. A name that stands twice in an object is
// refused: which of the two values counts would be up to each reader.
var strictJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if err := json.Unmarshal(data, v); err != nil {
			return err
		}
		return namesOnce(data)
	},
}

// object is one object or array that is being read.
type object struct {
	names map[string]bool // nil for an array
	value bool            // the next token is a value, not a name
}

// namesOnce refuses well-formed JSON in which an object has a name twice.
func namesOnce(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var open []object
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		in := (*object)(nil)
		if len(open) > 0 {
			in = &open[len(open)-1]
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
			continue
		}
		if in != nil && in.names != nil {
			if name, ok := token.(string); ok && !in.value {
				if in.names[name] {
					return fmt.Errorf("the name %q stands twice in one object; leave one out", name)
				}
				in.names[name], in.value = true, true
				continue
			}
			in.value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, object{})
		}
	}
}
