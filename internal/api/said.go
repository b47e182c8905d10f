package api

import (
	"maps"
	"strings"
)

// Said is a text of the node beside its English: a code that never changes, and the
// values that stand in the text. Who reads another language has a sentence by the code.
type Said struct {
	Code   string            `json:"code" doc:"Stable code of the text"`
	Values map[string]string `json:"values,omitempty" doc:"What stands in the text, by name"`
	Text   string            `json:"-"` // in English, with the values
}

// IsZero says that nothing has a code: the text is a person's, or older than codes.
func (s Said) IsZero() bool { return s.Code == "" }

// Sayings are texts in English by their codes. A name in braces is a value's place.
type Sayings map[string]string

// Say is the text of a code with its values, given as name and value in turns.
func (s Sayings) Say(code string, values ...string) Said {
	said := Said{Code: code, Text: s[code]}
	for i := 0; i+1 < len(values); i += 2 {
		if said.Values == nil {
			said.Values = map[string]string{}
		}
		said.Values[values[i]] = values[i+1]
	}
	said.Text = fill(said.Text, said.Values)
	return said
}

// fill puts values into a text in one pass: a value that looks like a place stays as it is.
func fill(text string, values map[string]string) string {
	pairs := make([]string, 0, 2*len(values))
	for name := range maps.Keys(values) {
		pairs = append(pairs, "{"+name+"}", values[name])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
