package main

import (
	"context"

	_ "time/tzdata" // the zones of partners' places, whatever the machine has

	"pedigree/domain/trace/partnerview"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
)

// openBook opens an organisation's address book.
func openBook(r *running, v *vault.Vault) *partnerview.Book {
	return partnerview.New(partnerview.Config{
		Vault: v,
		Reach: exchange.Reach{Private: r.exchange.PrivateNetworks, Loopback: r.exchange.Loopback},
	})
}

func bookOf(ctx context.Context) *partnerview.Book { return officeOf(ctx).desk.book }
