package main

import (
	"context"
	"errors"
	"time"

	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/publicview"
	"pedigree/internal/api"
	"pedigree/internal/node"
	"pedigree/ledger"
)

// addPublicPages serves the pages about the products of the organisation whose node this
// is. The organisations that it hosts have none: a stranger's request opens no store.
func (r *running) addPublicPages(origin string) {
	registry := numbers{r.node.Read}
	pages := publicview.New(publicview.Config{
		Name: r.own.name, Origin: origin, Drill: node.IsDrill(r.node.ChainID()), Now: time.Now, Log: r.log,
		Own: func(gtin string) (bool, error) { return registry.Belongs(gtin, r.org) },
		Product: func(ctx context.Context, gtin string) (catalogview.Facts, bool, error) {
			return factsOf(ctx, r.desk.catalogue, gtin)
		},
		Recalls: r.desk.desk.RecalledLots,
	})
	r.server.HandleOpen(publicview.Pattern, pages.ServeHTTP)
	r.server.HandleOpen(publicview.ResolverPattern, pages.Resolver)
}

// factsOf is what a catalogue knows of a product today, and whether it knows any.
func factsOf(ctx context.Context, c *catalogview.Catalogue, gtin string) (catalogview.Facts, bool, error) {
	facts, err := c.Find(ctx, gtin, time.Time{})
	var refusal api.Refusal
	if errors.As(err, &refusal) && refusal.Kind() == ledger.NotFound {
		return facts, false, nil
	}
	return facts, err == nil, err
}
