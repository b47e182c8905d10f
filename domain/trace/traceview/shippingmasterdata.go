package traceview

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

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
	for _, uri := range []string{s.from.party, s.from.place, s.to.party, s.to.place, s.third.party, s.third.place} {
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

// locations names both parties: by the address book where it knows them, whatever
// upstream said of them, else by upstream's master data or the members' registry.
func (s *shippingDocument) locations(ctx context.Context) error {
	var known []epcis.VocabularyElement
	err := s.d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		known, err = s.booked(tx)
		return err
	})
	if err != nil {
		return err
	}
	for _, el := range known {
		s.correct(el)
	}
	for _, p := range s.everyone() {
		for _, uri := range []string{p.party, p.place} {
			if uri != p.party && s.request.DropShipment {
				continue // another company's, which only the address book can name
			}
			s.element(epcis.VocabularyLocation, epcis.VocabularyElement{
				ID: uri, Attributes: []epcis.Attribute{{ID: epcis.SpaceMasterData + "#name", Value: p.member.Name}},
			})
		}
	}
	return nil
}

// booked is what the address book says of both parties and places.
func (s *shippingDocument) booked(tx *sql.Tx) ([]epcis.VocabularyElement, error) {
	if s.d.partners == nil {
		return nil, nil
	}
	var list []epcis.VocabularyElement
	for _, uri := range distinct([]string{s.from.party, s.from.place, s.to.party, s.to.place}) {
		path, err := gs1.CanonicalPath(uri)
		if err != nil {
			continue
		}
		gln, _, _ := strings.Cut(strings.TrimPrefix(path, "/414/"), "/")
		p, found, err := s.d.partners.PartyOf(tx, gln)
		if err != nil {
			return nil, fmt.Errorf("couldn't look %s up in the address book: %w", gln, err)
		}
		if found {
			list = append(list, p.Element(uri))
		}
	}
	return list, nil
}

// correct puts an element in place of what the header says of the same place.
func (s *shippingDocument) correct(el epcis.VocabularyElement) {
	path, err := gs1.CanonicalPath(el.ID)
	if err != nil {
		return
	}
	for i := range s.header.Vocabulary {
		v := &s.header.Vocabulary[i]
		if v.Type != epcis.VocabularyLocation {
			continue
		}
		v.Elements = slices.DeleteFunc(v.Elements, func(old epcis.VocabularyElement) bool {
			p, err := gs1.CanonicalPath(old.ID)
			return err == nil && p == path
		})
	}
	delete(s.seen, epcis.VocabularyLocation+path)
	s.element(epcis.VocabularyLocation, el)
}
