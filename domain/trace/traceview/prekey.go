package traceview

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"

	"pedigree/proof"
)

// IssuePrekeys makes n pairs of one-time receiving keys for a partner and returns
// the signed prekey file that hands them over. The partner needs one pair for
// each record (pallet, case or pack) that it ships as such.
func (d *Desk) IssuePrekeys(ctx context.Context, partner string, n int) ([]byte, error) {
	if n < 1 || n > PrekeysMax {
		return nil, fmt.Errorf("couldn't issue prekeys: %d pairs were asked for where 1 to %d fit in a file", n, PrekeysMax)
	}
	if _, err := d.partner(partner); err != nil {
		return nil, fmt.Errorf("couldn't issue prekeys: %w", err)
	}
	var file []byte
	err := d.vault.Update(ctx, func(tx *sql.Tx) (err error) {
		file, err = d.issuePrekeys(tx, partner, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't issue prekeys: %w", err)
	}
	return file, nil
}

// issuePrekeys is IssuePrekeys in the caller's transaction.
func (d *Desk) issuePrekeys(tx *sql.Tx, partner string, n int) ([]byte, error) {
	key, err := d.keys.SealKey()
	if err != nil {
		return nil, err
	}
	now := uint64(d.now().Unix())
	p := PrekeyFile{ChainID: d.chain.ChainID(), Org: d.sign.Org(), KeyID: d.sign.KeyID(), For: partner, SealKey: key.PublicKey().Bytes(), Created: now}
	rand.Read(p.Batch[:])
	first, err := d.keys.Take(tx, PurposeReceive, 2*n)
	if err != nil {
		return nil, err
	}
	insert, err := tx.Prepare(`INSERT INTO trace_prekey_own (owner_key, holder_key, partner, issued) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return nil, err
	}
	defer insert.Close()
	for i := first; i < first+2*int64(n); i += 2 {
		if _, err := insert.Exec(i, i+1, partner, int64(now)); err != nil {
			return nil, err
		}
		p.Pairs = append(p.Pairs, KeyPair{Owner: d.keys.Public(i), Holder: d.keys.Public(i + 1)})
	}
	return encodePrekeyFile(p, d.sign.Sign)
}

// PrekeyReport says what an imported prekey file brought.
type PrekeyReport struct {
	Partner string `json:"partner"`
	Added   int    `json:"added"` // pairs that were not known yet
	Known   int    `json:"known"` // pairs that were there already
	Left    int    `json:"left"`  // pairs of this partner that are unused now
}

// ImportPrekeys takes a partner's prekey file in. Taking the same file in again
// changes nothing.
func (d *Desk) ImportPrekeys(ctx context.Context, file []byte) (PrekeyReport, error) {
	p, sig, err := DecodePrekeyFile(file)
	if err != nil {
		return PrekeyReport{}, err
	}
	switch {
	case p.ChainID != d.chain.ChainID():
		err = fmt.Errorf("it is for chain %q, this is %q; ask the partner for one of this network", p.ChainID, d.chain.ChainID())
	case p.For != d.sign.Org():
		err = fmt.Errorf("it was issued for %s, not for %s; ask %s for prekeys of your own", p.For, d.sign.Org(), p.Org)
	case len(p.Pairs) == 0:
		err = fmt.Errorf("it holds no keys; ask %s for a new one", p.Org)
	default:
		_, err = d.partner(p.Org)
	}
	if err != nil {
		return PrekeyReport{}, fmt.Errorf("couldn't import the prekey file: %w", err)
	}
	key, err := d.memberKey(p.Org, p.KeyID)
	if err != nil {
		return PrekeyReport{}, fmt.Errorf("couldn't import the prekey file: %w", err)
	}
	if !sig.Verify(key) {
		return PrekeyReport{}, fmt.Errorf("couldn't import the prekey file: it is not signed with key %d of %s: it was changed on the way, or somebody else made it; ask %s to send it again", p.KeyID, p.Org, p.Org)
	}
	if _, err := sealKEM().NewPublicKey(p.SealKey); err != nil {
		return PrekeyReport{}, fmt.Errorf("couldn't import the prekey file: its sealing key can't be used: %w; ask %s for a new one", err, p.Org)
	}
	r := PrekeyReport{Partner: p.Org}
	err = d.vault.Update(ctx, func(tx *sql.Tx) error { return storePrekeys(tx, p, &r) })
	if err != nil {
		return PrekeyReport{}, fmt.Errorf("couldn't import the prekey file: %w", err)
	}
	return r, nil
}

func storePrekeys(tx *sql.Tx, p PrekeyFile, r *PrekeyReport) error {
	insert, err := tx.Prepare(`INSERT INTO trace_prekey_partner (owner, holder, partner, batch) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, k := range p.Pairs {
		res, err := insert.Exec(k.Owner[:], k.Holder[:], p.Org, p.Batch[:])
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		r.Added += int(n)
	}
	r.Known = len(p.Pairs) - r.Added
	_, err = tx.Exec(`INSERT INTO trace_partner (org, seal_key, updated) VALUES (?, ?, ?)
		ON CONFLICT (org) DO UPDATE SET seal_key = excluded.seal_key, updated = excluded.updated WHERE excluded.updated >= trace_partner.updated`,
		p.Org, p.SealKey, int64(p.Created))
	if err != nil {
		return err
	}
	return tx.QueryRow(`SELECT COUNT(*) FROM trace_prekey_partner WHERE partner = ? AND used IS NULL`, p.Org).Scan(&r.Left)
}

// partnerSealKey is the key to which files for a partner are sealed.
func partnerSealKey(tx queryer, partner string) ([]byte, error) {
	var key []byte
	err := tx.QueryRow(`SELECT seal_key FROM trace_partner WHERE org = ?`, partner).Scan(&key)
	if err == sql.ErrNoRows {
		return nil, fmt.Errorf("there are no prekeys of %s; ask it for a prekey file and import it", partner)
	}
	return key, err
}

// HasPrekeys reports how many unused receiving keys of a partner there are.
func (d *Desk) HasPrekeys(ctx context.Context, partner string) (int, error) {
	n := 0
	err := d.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT COUNT(*) FROM trace_prekey_partner WHERE partner = ? AND used IS NULL`, partner).Scan(&n)
	})
	return n, err
}

// takePrekeys uses up n pairs of a partner for one shipment.
func takePrekeys(tx *sql.Tx, partner string, n int, shipment proof.Hash) ([]KeyPair, error) {
	rows, err := tx.Query(`SELECT owner, holder FROM trace_prekey_partner WHERE partner = ? AND used IS NULL ORDER BY owner LIMIT ?`, partner, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []KeyPair
	for rows.Next() {
		var owner, holder []byte
		if err := rows.Scan(&owner, &holder); err != nil {
			return nil, err
		}
		list = append(list, KeyPair{proof.Key(owner), proof.Key(holder)})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(list) < n {
		return nil, fmt.Errorf("%d records are to be shipped and only %d receiving keys of %s are left; ask it for a new prekey file and import it", n, len(list), partner)
	}
	for _, k := range list {
		if _, err := tx.Exec(`UPDATE trace_prekey_partner SET used = ? WHERE owner = ?`, shipment[:], k.Owner[:]); err != nil {
			return nil, err
		}
	}
	return list, nil
}
