package register

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Kind says what it means to be on a list.
type Kind string

// The kinds.
const (
	Licence       Kind = "licence"       // licensed by a state
	Registration  Kind = "registration"  // registered under section 510 of the FD&C Act
	Reporting     Kind = "reporting"     // reported under section 503(e) or 584(b)
	Accreditation Kind = "accreditation" // accredited by somebody, which authorises nobody
)

// Status of a row.
type Status string

// The statuses.
const (
	Active    Status = "active"
	Expired   Status = "expired"
	Suspended Status = "suspended"
	Revoked   Status = "revoked"
)

// Mapping says what a list is and what its columns mean.
type Mapping struct {
	Source   string `json:"source"`   // name of the list, the same for each of its files
	Kind     Kind   `json:"kind"`     // what it means to be on it
	Role     string `json:"role"`     // role that its rows are about
	Place    string `json:"place"`    // place that it is of, such as US-IL, or US
	Complete bool   `json:"complete"` // whoever is not on it is not licensed
	AgeDays  int    `json:"age_days"` // days for which it shows anything; 0: 30 for licences, 7 for others

	Separator string `json:"separator"` // "," when empty; "\t" or "|"
	Encoding  string `json:"encoding"`  // utf-8 when empty; windows-1252
	Dates     string `json:"dates"`     // YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY, DD.MM.YYYY or YYYYMMDD

	Columns  Columns           `json:"columns"`
	Ignored  []string          `json:"ignored"`  // columns that the file has and that mean nothing here
	Statuses map[string]Status `json:"statuses"` // what the status column says, and what that is
}

// Columns are the names of the columns. Only Key is required.
type Columns struct {
	Key    string `json:"key"`    // what finds a place again: its licence's number, DUNS or FEI
	Number string `json:"number"` // number of the licence; the key, without it
	From   string `json:"from"`   // first day of effect
	To     string `json:"to"`     // last day of effect
	Status string `json:"status"`
	Since  string `json:"since"` // first day of the status
}

func (c Columns) list() []string { return []string{c.Key, c.Number, c.From, c.To, c.Status, c.Since} }

var dateForms = map[string]string{"YYYY-MM-DD": "2006-01-02", "MM/DD/YYYY": "01/02/2006", "DD/MM/YYYY": "02/01/2006", "DD.MM.YYYY": "02.01.2006", "YYYYMMDD": "20060102"}

// ParseMapping reads a mapping from JSON and refuses one that leaves something open.
func ParseMapping(raw []byte) (Mapping, error) {
	var m Mapping
	if len(raw) > MappingMax {
		return m, fmt.Errorf("couldn't read the mapping: it has %d bytes, more than %d", len(raw), MappingMax)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("couldn't read the mapping: %w", err)
	}
	if err := m.check(); err != nil {
		return m, fmt.Errorf("the mapping can't be used: %w", err)
	}
	return m, nil
}

func (m Mapping) check() error {
	outside := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
	dates := m.Columns.From != "" || m.Columns.To != "" || m.Columns.Since != ""
	switch {
	case m.Source == "" || len(m.Source) > 40 || strings.ContainsFunc(m.Source, outside):
		return errors.New("source: name the list with up to 40 lower-case letters, digits and hyphens")
	case !slices.Contains([]Kind{Licence, Registration, Reporting, Accreditation}, m.Kind):
		return fmt.Errorf("kind: %q is none of licence, registration, reporting and accreditation", m.Kind)
	case m.Role == "" || m.Place == "":
		return errors.New("role and place: say which role in which place the list is about")
	case !slices.Contains([]string{"", ",", "\t", "|"}, m.Separator):
		return errors.New(`separator: it is ",", "\t" or "|"`)
	case !slices.Contains([]string{"", "utf-8", "windows-1252"}, m.Encoding):
		return errors.New("encoding: it is utf-8 or windows-1252")
	case dates && dateForms[m.Dates] == "":
		return errors.New("dates: say how the file writes a day: YYYY-MM-DD, MM/DD/YYYY, DD/MM/YYYY, DD.MM.YYYY or YYYYMMDD")
	case m.AgeDays < 0 || m.AgeDays > 366:
		return errors.New("age_days: give 0 to 366 days")
	case m.Columns.Key == "":
		return errors.New("columns: name the one with the key")
	case (m.Columns.Status == "") != (len(m.Statuses) == 0) || len(m.Statuses) > statusesMax:
		return fmt.Errorf("statuses: say what each text of the status column means, up to %d", statusesMax)
	}
	for text, s := range m.Statuses {
		if !slices.Contains([]Status{Active, Expired, Suspended, Revoked}, s) {
			return fmt.Errorf("statuses: %q is %q, which is none of active, expired, suspended and revoked", text, s)
		}
	}
	return nil
}

// Age is for how many days after its day a list shows anything.
func (m Mapping) Age() int {
	switch {
	case m.AgeDays > 0:
		return m.AgeDays
	case m.Kind == Licence:
		return 30
	}
	return 7
}
