package caseview

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Field is one field of a form, by its name: the numbers of Form FDA 3911 shifted with
// its redesign in 2025.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value,omitempty"`
}

// form fills in of Form FDA 3911 what a case knows. The rest is a person's to say.
func form(d *Detail) []Field {
	var gtins, serials, lots, expiries, words []string
	add := func(list *[]string, text string) {
		if text != "" && !slices.Contains(*list, text) {
			*list = append(*list, text)
		}
	}
	for _, i := range d.Things {
		add(&gtins, i.GTIN)
		add(&serials, i.Serial)
		add(&lots, i.Lot)
		add(&expiries, i.Expiry)
		add(&words, i.Claim)
	}
	return []Field{
		{"Type of report", "Initial notification"},
		{"Incident number", ""},
		{"Geographic location of incident", d.Site},
		{"Date of initial notification to FDA", ""},
		{"Date company determined product was illegitimate", ""},
		{"Classification of notification", ""},
		{"Name of product as it appears on label", one(gtins)},
		{"Primary ingredients", ""},
		{"Drug use", ""},
		{"Drug description", ""},
		{"Strength of drug", ""},
		{"Dosage form", ""},
		{"Quantity of drug", fmt.Sprint(len(serials))},
		{"NDC number", ""},
		{"Serial number", one(serials)},
		{"Lot number", one(lots)},
		{"Expiration date", one(expiries)},
		{"Description of event", strings.Join(append([]string{d.What + ", found " + d.Opened.Format(time.DateOnly)}, words...), "; ")},
		{"Reason for request for termination", ""},
		{"Other reports", "None"},
		{"Company name and address", ""},
	}
}

// one is the value of a field that holds one, or the literal for several.
func one(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return "Multiple"
}
