package obs

import (
	"encoding"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// personal are words that, as a key or a part of one, announce a person or a
// payload. A network address is logged as addr.
var personal = map[string]bool{
	"patient": true, "person": true, "subject": true, "holder": true, "user": true, "name": true,
	"firstname": true, "lastname": true, "birthdate": true, "dob": true, "ssn": true, "mrn": true, "npi": true,
	"email": true, "phone": true, "address": true, "password": true, "secret": true, "token": true,
	"payload": true, "document": true, "body": true,
}

const withheld = "[withheld]"

// withhold replaces values that may tell of a person or hold a payload. It is
// the last line of defence: a caller should not have logged them.
func withhold(groups []string, a slog.Attr) slog.Attr {
	if isPersonal(a.Key) || slices.ContainsFunc(groups, isPersonal) {
		return slog.String(a.Key, withheld)
	}
	if a.Value.Kind() != slog.KindAny {
		return a
	}
	switch v := a.Value.Any().(type) {
	case nil, *slog.Source, slog.Level:
		return a
	case error:
		return slog.String(a.Key, v.Error())
	case fmt.Stringer, encoding.TextMarshaler:
		return a
	default:
		return slog.String(a.Key, fmt.Sprintf("[withheld %T]", v))
	}
}

// isPersonal looks at each word of a key such as patient_id or holder.name.
func isPersonal(key string) bool {
	words := strings.FieldsFunc(strings.ToLower(key), func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == ' ' })
	for _, word := range words {
		if personal[word] || personal[strings.TrimSuffix(word, "s")] {
			return true
		}
	}
	return false
}
