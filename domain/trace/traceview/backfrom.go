package traceview

import (
	"database/sql"
	"errors"
	"fmt"

	"pedigree/internal/vault"
	"pedigree/proof"
)

// sellerOf is from whom goods came, all of them: who sold the whole can take it back. It
// is a member's id, or of goods from outside the network what the seller's document called
// it. What came back here as a return did not come by that.
func sellerOf(tx queryer, paths []string) (string, error) {
	seller, first := "", ""
	for _, p := range paths {
		it, ok, err := loadItem(tx, p)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", fmt.Errorf("%s is not in stock: it was never received here; check the identifier: %w", p, vault.ErrNotFound)
		}
		from, err := cameFrom(tx, it)
		if err != nil {
			return "", err
		}
		switch {
		case from == "":
			return "", fmt.Errorf("from whom %s came is not kept here; name the seller (pedigree return --to)", p)
		case seller != "" && from != seller:
			return "", fmt.Errorf("%s came from %s and %s from %s; return them apart", first, seller, p, from)
		}
		seller, first = from, p
	}
	return seller, nil
}

// cameFrom is the member that sold a thing; "" when that isn't kept here. The thing, or
// what it is or was in, was received from it, or its shipment's document told of it.
func cameFrom(tx queryer, it item) (string, error) {
	if it.status == StatusOutside {
		return it.partner, nil
	}
	var made int
	at := it
	for range proof.NestMax + SealedLevelsMax + 1 {
		partner, err := receivedFrom(tx, `i.path = ?`, at.path)
		if err != nil || partner != "" {
			return partner, err
		}
		if at.commission != 0 && at.sealedIn == "" {
			err := tx.QueryRow(`SELECT COUNT(*) FROM trace_commission WHERE id = ? AND own = 1 AND class <> ?`, at.commission, int64(proof.ClassBox)).Scan(&made)
			if err != nil {
				return "", fmt.Errorf("couldn't look up who commissioned %s: %w", at.path, err)
			}
		}
		in := at.sealedIn
		if at.packedIn != "" {
			in = at.packedIn
		}
		if in == "" {
			break
		}
		if at, err = mustItem(tx, in); err != nil {
			return "", err
		}
	}
	if made > 0 {
		return "", fmt.Errorf("%s was made here and came from nobody; ship it instead", it.path)
	}
	for _, event := range []int64{it.packed, it.born} {
		if event == 0 {
			continue
		}
		if partner, err := receivedFrom(tx, `s.doc = ?`, event>>eventBits); err != nil || partner != "" {
			return partner, err
		}
	}
	return "", nil
}

// receivedFrom is who sent the newest shipment that was received and was no return.
func receivedFrom(tx queryer, where string, arg any) (partner string, err error) {
	err = tx.QueryRow(`SELECT s.partner FROM trace_shipment_item i JOIN trace_shipment s ON s.id = i.shipment
		WHERE `+where+` AND s.direction = ? AND i.status = ? AND NOT EXISTS (SELECT 1 FROM pick_return r WHERE r.shipment = s.id)
		ORDER BY s.created DESC, s.n DESC LIMIT 1`, arg, directionIn, shipmentReceived).Scan(&partner)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("couldn't look up from whom goods came: %w", err)
	}
	return partner, nil
}
