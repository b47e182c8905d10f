package main

import (
	"context"

	_ "time/tzdata" // the zones of partners' places, whatever the machine has

	"pedigree/domain/org"
	"pedigree/domain/trace/partnerview"
	"pedigree/internal/exchange"
	"pedigree/internal/node"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// openBook opens an organisation's address book.
func openBook(r *running, v *vault.Vault) *partnerview.Book {
	return partnerview.New(partnerview.Config{
		Vault: v, Registry: registry{r.node}, Log: r.log,
		Reach: exchange.Reach{Private: r.exchange.PrivateNetworks, Loopback: r.exchange.Loopback},
	})
}

func bookOf(ctx context.Context) *partnerview.Book { return officeOf(ctx).desk.book }

// registry is the members of the network as the address book sees them.
type registry struct{ n *node.Node }

func (r registry) Member(id string) (m proof.Member, found bool, err error) {
	err = r.n.Read(func(s ledger.State) error {
		m, found = org.Get(s, id)
		return nil
	})
	return m, found, err
}

func (r registry) Status() (height, blockTime uint64) { return r.n.Height(), r.n.BlockTime() }
