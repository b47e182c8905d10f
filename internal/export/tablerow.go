package export

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// line is a row of the store as a line of the table's file, with the members in the
// order of the fields.
func (t Table) line(row map[string]any) (json.RawMessage, error) {
	out := []byte{'{'}
	for i, f := range t.Fields {
		value, there := row[f.Name]
		if !there {
			return nil, fmt.Errorf("the store has no column %s.%s", t.Name, f.Name)
		}
		text, err := f.encode(value)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", f.Name, err)
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(strconv.AppendQuote(out, f.Name), ':'), text...)
	}
	return append(out, '}'), nil
}

// encode writes a value of the store in its form.
func (f Field) encode(value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return []byte("null"), nil
	case int64:
		return f.number(v)
	case string:
		return f.bytes([]byte(v))
	case []byte:
		return f.bytes(v)
	}
	return nil, fmt.Errorf("a value of type %T stands where %s belongs", value, f.stored)
}

func (f Field) number(v int64) ([]byte, error) {
	var at time.Time
	switch f.stored {
	case "integer":
		return strconv.AppendInt(nil, v, 10), nil
	case "flag":
		return strconv.AppendBool(nil, v != 0), nil
	case "seconds":
		at = time.Unix(v, 0)
	case "millis":
		at = time.UnixMilli(v)
	case "nanos":
		at = time.Unix(0, v)
	case "days":
		at = time.Unix(v*86400, 0)
	default:
		return nil, fmt.Errorf("a number stands where %s belongs", f.stored)
	}
	form := time.RFC3339Nano
	if f.Form == Day {
		form = time.DateOnly
	}
	switch year := at.UTC().Year(); {
	case v == 0:
		return []byte("null"), nil
	case year < 0 || year > 9999:
		return nil, fmt.Errorf("%d %s since 1970 is no time", v, f.stored)
	}
	return json.Marshal(at.UTC().Format(form))
}

func (f Field) bytes(b []byte) ([]byte, error) {
	switch f.stored {
	case "text":
		return json.Marshal(string(b))
	case "hex":
		return json.Marshal(hex.EncodeToString(b))
	case "base64":
		return json.Marshal(b)
	case "json":
		var out bytes.Buffer
		if len(b) == 0 {
			return []byte("null"), nil
		}
		if json.Compact(&out, b) != nil {
			return json.Marshal(string(b))
		}
		return out.Bytes(), nil
	}
	return nil, fmt.Errorf("bytes stand where %s belongs", f.stored)
}

// check reads a line of the table's file: it has all fields, each in its form, and
// nothing else.
func (t Table) check(line []byte) (map[string]json.RawMessage, error) {
	var row map[string]json.RawMessage
	if err := decodeStrict(line, &row); err != nil {
		return nil, err
	}
	for _, f := range t.Fields {
		raw, there := row[f.Name]
		if !there {
			return nil, fmt.Errorf("it has no %s", f.Name)
		}
		if err := f.Form.check(raw); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if len(row) != len(t.Fields) {
		return nil, errors.New("it has members that tables.json doesn't name")
	}
	return row, nil
}

// check tells whether a JSON value is of a form.
func (f Form) check(raw json.RawMessage) (err error) {
	if string(raw) == "null" || f == JSON {
		return nil
	}
	var text string
	switch f {
	case Integer:
		if _, err = strconv.ParseInt(string(raw), 10, 64); err != nil {
			err = fmt.Errorf("%.40s is no integer", raw)
		}
		return err
	case Flag:
		if s := string(raw); s != "true" && s != "false" {
			return fmt.Errorf("%.40s is neither false nor true", raw)
		}
		return nil
	}
	if err := json.Unmarshal(raw, &text); err != nil {
		return fmt.Errorf("%.40s is no text", raw)
	}
	switch f {
	case Hex:
		if _, err = hex.DecodeString(text); err == nil && text != strings.ToLower(text) {
			err = errors.New("hexadecimal is written in lower case")
		}
	case Base64:
		_, err = base64.StdEncoding.Strict().DecodeString(text)
	case Moment:
		if _, err = time.Parse(time.RFC3339Nano, text); err == nil && !strings.HasSuffix(text, "Z") {
			err = fmt.Errorf("%q is not in UTC", text)
		}
	case Day:
		_, err = time.Parse(time.DateOnly, text)
	}
	return err
}
