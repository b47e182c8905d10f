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
		switch token {
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
			continue
		}
		if len(open) > 0 {
			named, err := open[len(open)-1].take(token)
			if err != nil {
				return err
			}
			if named {
				continue
			}
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, object{})
		}
	}
}

// take reads what comes next in an object or array: true when it was a name, whose
// value follows.
func (o *object) take(token json.Token) (named bool, err error) {
	name, isText := token.(string)
	if o.names == nil || !isText || o.value {
		o.value = false
		return false, nil
	}
	if o.names[name] {
		return false, fmt.Errorf("the name %q stands twice in one object; leave one out", name)
	}
	o.names[name], o.value = true, true
	return true, nil
}
