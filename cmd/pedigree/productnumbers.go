package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pedigree/domain/org"
	"pedigree/domain/trace/catalogview"
	"pedigree/format/gs1"
	"pedigree/ledger"
	"pedigree/proof"
)

func catalogueOf(ctx context.Context) *catalogview.Catalogue { return officeOf(ctx).desk.catalogue }

// numbers is whose numbers are whose, as the catalogue sees the members' registry.
type numbers struct {
	read func(func(ledger.State) error) error
}

// body are the digits of a GTIN that a company prefix or a delegated number begins.
func body(gtin string) string { return gtin[1:13] }

// Belongs implements catalogview.Registry.
func (n numbers) Belongs(gtin, who string) (belongs bool, err error) {
	err = n.read(func(s ledger.State) error {
		owner, found := org.PrefixOwner(s, body(gtin))
		if !found {
			return nil
		}
		m, _ := org.Get(s, owner)
		belongs = owner == who
		for _, id := range m.IDs {
			belongs = belongs || id.Kind == proof.IdentGLN && id.Value == who
		}
		return nil
	})
	return belongs, err
}

// Rights implements catalogview.Registry.
func (n numbers) Rights(gtin string) (list []catalogview.LedgerRight, err error) {
	err = n.read(func(s ledger.State) error {
		org.Each(s, func(id string, m proof.Member) bool {
			for _, p := range m.Prefixes {
				if !strings.HasPrefix(body(gtin), p.Prefix) {
					continue
				}
				r := catalogview.LedgerRight{Org: id, Name: m.Name, Number: p.Prefix, Kind: catalogview.FieldOwner, FromHeight: p.From, ToHeight: p.To}
				if p.Owner != "" {
					r.Kind = catalogview.FieldPackager
				}
				list = append(list, r)
			}
			return true
		})
		return nil
	})
	return list, err
}

// table is of the company prefixes of all members. Where they nest it has none, for no
// length is right then.
func (n numbers) table() (gs1.PrefixTable, error) {
	var all []string
	err := n.read(func(s ledger.State) error {
		org.Each(s, func(_ string, m proof.Member) bool {
			for _, p := range m.Prefixes {
				if len(p.Prefix) >= gs1.MinPrefix && len(p.Prefix) <= gs1.MaxPrefix && !slices.Contains(all, p.Prefix) {
					all = append(all, p.Prefix)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't read the members' company prefixes: %w", err)
	}
	table, err := gs1.NewPrefixTable(all)
	if err != nil {
		return gs1.PrefixTables{}, nil
	}
	return table, nil
}
