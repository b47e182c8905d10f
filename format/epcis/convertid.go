package epcis

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pedigree/format/gs1"
)

// idStyler writes identifiers of GS1 keys in one style. Identifiers of other
// schemes, such as business transactions of the CBV, aren't touched.
type idStyler struct {
	style    IDStyle
	given    gs1.PrefixTable
	learned  prefixLearner
	table    *gs1.Prefixes
	tableLen int // prefixes in table
}

func newIDStyler(style IDStyle, given gs1.PrefixTable, h *Header) idStyler {
	s := idStyler{style: style, given: given}
	if style == AsEPCURN {
		s.learned.header(h)
	}
	return s
}

// learn remembers the company prefixes of an event's EPC URNs.
func (s *idStyler) learn(e *Event) {
	if s.style == AsEPCURN {
		s.learned.event(e)
	}
}

// PrefixLength asks the table given first, then what the document showed.
func (s *idStyler) PrefixLength(digits string) (int, bool) {
	if s.given != nil {
		if n, ok := s.given.PrefixLength(digits); ok {
			return n, true
		}
	}
	if s.table == nil || s.tableLen != s.learned.len() {
		s.table, s.tableLen = s.learned.table(), s.learned.len()
	}
	return s.table.PrefixLength(digits)
}

// event changes the identifiers of an event, which is the caller's own copy; its
// lists aren't, and are replaced.
func (s *idStyler) event(e *Event, f *fitter) {
	if s.style == KeepIDs {
		return
	}
	e.EPCs = s.list(e.EPCs, "epcList", f)
	e.Children = s.list(e.Children, "childEPCs", f)
	e.Inputs = s.list(e.Inputs, "inputEPCList", f)
	e.Outputs = s.list(e.Outputs, "outputEPCList", f)
	e.CertificationInfo = s.list(e.CertificationInfo, "certificationInfo", f)
	e.Quantities = s.classes(e.Quantities, "quantityList", f)
	e.ChildQuantities = s.classes(e.ChildQuantities, "childQuantityList", f)
	e.InputQuantities = s.classes(e.InputQuantities, "inputQuantityList", f)
	e.OutputQuantities = s.classes(e.OutputQuantities, "outputQuantityList", f)
	for _, id := range []struct {
		field string
		value *string
	}{
		{"parentID", &e.ParentID},
		{"transformationID", &e.TransformationID},
		{"readPoint", &e.ReadPoint.ID},
		{"bizLocation", &e.BizLocation.ID},
	} {
		*id.value = s.write(*id.value, id.field, f)
	}
	e.BizTransactions = slices.Clone(e.BizTransactions)
	for i := range e.BizTransactions {
		e.BizTransactions[i].ID = s.write(e.BizTransactions[i].ID, "bizTransaction", f)
	}
	e.Sources = s.parties(e.Sources, "source", f)
	e.Destinations = s.parties(e.Destinations, "destination", f)
	s.sensors(e, f)
}

func (s *idStyler) list(ids []string, field string, f *fitter) []string {
	if ids == nil {
		return nil
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = s.write(id, field, f)
	}
	return out
}

func (s *idStyler) classes(list []Quantity, field string, f *fitter) []Quantity {
	out := slices.Clone(list)
	for i := range out {
		out[i].Class = s.write(out[i].Class, field, f)
	}
	return out
}

func (s *idStyler) parties(list []Party, field string, f *fitter) []Party {
	out := slices.Clone(list)
	for i := range out {
		out[i].ID = s.write(out[i].ID, field, f)
	}
	return out
}

// sensors changes the fields that name a device or a document by a GS1 key.
func (s *idStyler) sensors(e *Event, f *fitter) {
	e.Sensors = slices.Clone(e.Sensors)
	for i := range e.Sensors {
		e.Sensors[i].Metadata = s.fields(e.Sensors[i].Metadata, f)
		e.Sensors[i].Reports = slices.Clone(e.Sensors[i].Reports)
		for j := range e.Sensors[i].Reports {
			e.Sensors[i].Reports[j] = s.fields(e.Sensors[i].Reports[j], f)
		}
	}
}

func (s *idStyler) fields(list []Field, f *fitter) []Field {
	out := slices.Clone(list)
	for i := range out {
		if out[i].Name.Space != "" {
			continue
		}
		switch name := out[i].Name.Local; name {
		case "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules":
			out[i].Value = s.write(out[i].Value, name, f)
		}
	}
	return out
}

// header changes the identifiers of the master data.
func (s *idStyler) header(h *Header, f *fitter) {
	if s.style == KeepIDs {
		return
	}
	for i := range h.Vocabulary { // the fitter has copied these lists
		for j := range h.Vocabulary[i].Elements {
			el := &h.Vocabulary[i].Elements[j]
			f.where.Line = el.Line
			el.ID = s.write(el.ID, "VocabularyElement", f)
			el.Children = s.list(el.Children, "children", f)
		}
	}
	f.where.Line = 0
}

// write returns an identifier in the style, or as it is.
func (s *idStyler) write(id, field string, f *fitter) string {
	switch {
	case s.style == AsDigitalLink && strings.HasPrefix(id, "urn:epc:"):
		return s.link(id, field, f)
	case s.style == AsEPCURN && strings.HasPrefix(id, "http"):
		if path, ok := constrain(id); ok {
			return s.urn(id, path, field, f)
		}
	}
	return id
}

func (s *idStyler) link(urn, field string, f *fitter) string {
	path, err := gs1.PathFromURN(urn)
	if err != nil {
		f.lose(LossNoDigitalLink, field, fmt.Sprintf("%.100q is kept: %s", urn, reason(err)))
		return urn
	}
	return canonicalDomain + path
}

func (s *idStyler) urn(link, path, field string, f *fitter) string {
	urn, err := gs1.URNFromPath(path, s)
	var refused *gs1.Error
	switch {
	case errors.As(err, &refused) && refused.Rule == gs1.RulePrefixUnknown:
		f.lose(LossPrefixUnknown, field, fmt.Sprintf("%.100q is kept: nobody knows how long its company prefix is", link))
		return link
	case err != nil:
		f.lose(LossNoURN, field, fmt.Sprintf("%.100q is kept: %s", link, reason(err)))
		return link
	}
	if back, err := gs1.PathFromURN(urn); err != nil || canonicalDomain+back != link && canonicalDomain+path != link {
		f.lose(LossLinkDetail, field, fmt.Sprintf("%.100q says more than %s", link, urn))
	}
	return urn
}

// reason is what an error of gs1 says is wrong.
func reason(err error) string {
	var refused *gs1.Error
	if errors.As(err, &refused) {
		return refused.Text
	}
	return err.Error()
}
