package traceview

import (
	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// masterData takes over what upstream says of the products and places that the
// document names.
func (s *shippingDocument) masterData(h *epcis.Header) {
	products := map[string]bool{}
	for path := range s.parents {
		products[productPath(path)] = true
	}
	for _, v := range h.Vocabulary {
		for _, el := range v.Elements {
			path, err := gs1.CanonicalPath(el.ID)
			switch {
			case err != nil:
			case v.Type == epcis.VocabularyEPCClass && products[path]:
				s.element(v.Type, el)
			case v.Type == epcis.VocabularyLocation && s.names(path):
				s.element(v.Type, el)
			}
		}
	}
}

// productPath cuts the serial number off a trade item's path.
func productPath(path string) string {
	const gtinPath = len("/01/") + 14
	if len(path) > gtinPath && path[:4] == "/01/" {
		return path[:gtinPath]
	}
	return path
}

// names tells whether the document so far, or the shipping event to come, names
// a place.
func (s *shippingDocument) names(path string) bool {
	is := func(uri string) bool {
		p, err := gs1.CanonicalPath(uri)
		return err == nil && p == path
	}
	for _, uri := range []string{s.from.party, s.from.place, s.to.party, s.to.place} {
		if is(uri) {
			return true
		}
	}
	for _, e := range s.events {
		if is(e.ReadPoint.ID) || is(e.BizLocation.ID) {
			return true
		}
	}
	return false
}

func (s *shippingDocument) element(kind string, el epcis.VocabularyElement) {
	path, err := gs1.CanonicalPath(el.ID)
	if err != nil || s.seen[kind+path] {
		return
	}
	s.seen[kind+path] = true
	for i := range s.header.Vocabulary {
		if s.header.Vocabulary[i].Type == kind {
			s.header.Vocabulary[i].Elements = append(s.header.Vocabulary[i].Elements, el)
			return
		}
	}
	s.header.Vocabulary = append(s.header.Vocabulary, epcis.Vocabulary{Type: kind, Elements: []epcis.VocabularyElement{el}})
}

// locations names both parties by the members' registry where no master data did.
func (s *shippingDocument) locations() {
	for _, p := range []*shipParty{&s.from, &s.to} {
		for _, uri := range []string{p.party, p.place} {
			s.element(epcis.VocabularyLocation, epcis.VocabularyElement{
				ID: uri, Attributes: []epcis.Attribute{{ID: epcis.SpaceMasterData + "#name", Value: p.member.Name}},
			})
		}
	}
}
