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
	Code  string `json:"code" doc:"Stable code of name"`
	Value string `json:"value,omitempty"`
}

// FormFields are the fields of Form FDA 3911 in its order: the code of each, and its name.
var FormFields = [][2]string{
	{"form/type-of-report", "Type of report"},
	{"form/incident-number", "Incident number"},
	{"form/place", "Geographic location of incident"},
	{"form/notified", "Date of initial notification to FDA"},
	{"form/determined", "Date company determined product was illegitimate"},
	{"form/classification", "Classification of notification"},
	{"form/product", "Name of product as it appears on label"},
	{"form/primary-ingredients", "Primary ingredients"},
	{"form/drug-use", "Drug use"},
	{"form/drug-description", "Drug description"},
	{"form/strength", "Strength of drug"},
	{"form/dosage-form", "Dosage form"},
	{"form/quantity", "Quantity of drug"},
	{"form/ndc-number", "NDC number"},
	{"form/serial-number", "Serial number"},
	{"form/lot-number", "Lot number"},
	{"form/expiration-date", "Expiration date"},
	{"form/event", "Description of event"},
	{"form/termination", "Reason for request for termination"},
	{"form/other-reports", "Other reports"},
	{"form/company", "Company name and address"},
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
	values := map[string]string{
		"form/type-of-report":  "Initial notification",
		"form/place":           d.Site,
		"form/product":         one(gtins),
		"form/quantity":        fmt.Sprint(len(serials)),
		"form/serial-number":   one(serials),
		"form/lot-number":      one(lots),
		"form/expiration-date": one(expiries),
		"form/event":           strings.Join(append([]string{d.What + ", found " + d.Opened.Format(time.DateOnly)}, words...), "; "),
		"form/other-reports":   "None",
	}
	list := make([]Field, len(FormFields))
	for n, f := range FormFields {
		list[n] = Field{Name: f[1], Code: f[0], Value: values[f[0]]}
	}
	return list
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
