package traceview

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/proof"
)

// Buyer is a partner of the address book, who may be outside the network.
type Buyer struct {
	Number int64
	Org    string // its id on the ledger; "" of one that is outside the network
	Name   string
	GLNs   []string // of its places, in the order of the address book
}

// key is how a buyer is named among partners, documents and parcels.
func (b Buyer) key() string { return strconv.FormatInt(b.Number, 10) }

// party is a buyer as the registry would name it, were it a member.
func (b Buyer) party() shipParty {
	return shipParty{member: proof.Member{Name: b.Name, IDs: []proof.Identifier{{Kind: proof.IdentGLN, Value: b.GLNs[0]}}}}
}

// write makes the document that the buyer gets: who sold what to whom, the master data,
// how each thing was made and packed as far as that is known here, and the statement.
func (p *parting) write(ctx context.Context) error {
	r := ShipRequest{PO: p.request.PO, DESADV: p.request.DESADV, FromGLN: p.request.FromGLN, ToGLN: p.request.ToGLN, DropShipment: p.request.DropShipment, Return: p.request.back != nil, why: p.request.back}
	doc := shippingDocument{d: p.d, request: r, now: p.d.now().UTC().Truncate(time.Second), from: shipParty{org: p.d.sign.Org()}, to: p.buyer.party(), goods: p.goods, sellers: p.sellers}
	var refs []eventRef
	err := p.d.vault.View(ctx, func(tx *sql.Tx) (err error) {
		refs, err = historyOf(tx, p.goods)
		return err
	})
	if err != nil {
		return err
	}
	p.document, _, err = doc.write(ctx, refs)
	return err
}

// heldUp are the findings that hold something up at the receiver, at most as many as a
// report has, and those for which a document isn't sent: what is certain to hold up the
// goods, or with strict whatever holds up anything.
func heldUp(found []dscsa.Found, strict bool) (told, grave []dscsa.Found) {
	for _, f := range found {
		if f.Fix.Blocks == dscsa.BlocksNothing {
			continue
		}
		told = append(told, f)
		certain := f.Severity == epcis.Fault || f.Rule == ruleExpired
		if strict || certain && f.Fix.Blocks == dscsa.BlocksGoods {
			grave = append(grave, f)
		}
	}
	return told[:min(len(told), shippedFindingsMax)], grave
}
