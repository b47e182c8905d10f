package partnerview

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/proof"
)

// Registry is the members of the network as the ledger has them.
type Registry interface {
	// Member is the entry of a member, whatever its standing.
	Member(org string) (proof.Member, bool, error)
	// Status is the height at which the ledger is read, and its block time in Unix seconds.
	Status() (height, blockTime uint64)
}

// seen is a member's entry as it was seen at a height.
type seen struct {
	member            proof.Member
	height, blockTime uint64
}

// observe notes what the ledger says of a member, when it says something new. What is
// noted is what is known from then on: the ledger's own entry doesn't tell when a
// member was suspended or a licence revoked.
func (b *Book) observe(tx *sql.Tx, org string, at int64) error {
	if org == "" {
		return nil
	}
	height, blockTime := b.registry.Status()
	m, found, err := b.registry.Member(org)
	if err != nil || !found {
		return err
	}
	raw := m.Encode()
	var last []byte
	err = tx.QueryRow(`SELECT member FROM partner_standing WHERE org = $1 ORDER BY n DESC LIMIT 1`, org).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if bytes.Equal(raw, last) {
		return nil
	}
	_, err = tx.Exec(`INSERT INTO partner_standing (org, at, height, block_time, member) VALUES ($1, $2, $3, $4, $5)`, org, at, int64(height), int64(blockTime), raw)
	return err
}

// sightings are a member's entry as it was known at a moment, and as it stood at an
// earlier one: the last that was seen by then, or the first of all.
func (b *Book) sightings(tx *sql.Tx, org string, at time.Time, known int64) (newest, then seen, found bool, err error) {
	read := func(where string, limit int64) (s seen, err error) {
		var height, blockTime int64
		var raw []byte
		err = tx.QueryRow(`SELECT height, block_time, member FROM partner_standing WHERE org = $1 AND at <= $2 `+where, org, known, limit).Scan(&height, &blockTime, &raw)
		if err != nil {
			return s, err
		}
		s.height, s.blockTime = uint64(height), uint64(blockTime)
		if s.member, err = proof.DecodeMember(raw); err != nil {
			return s, fmt.Errorf("couldn't read what was seen of %s: %w", org, err)
		}
		return s, nil
	}
	newest, err = read(`AND n > $3 ORDER BY n DESC LIMIT 1`, 0)
	if errors.Is(err, sql.ErrNoRows) {
		return newest, then, false, nil
	}
	if err != nil {
		return newest, then, false, err
	}
	then, err = read(`AND block_time <= $3 ORDER BY n DESC LIMIT 1`, at.Unix())
	if errors.Is(err, sql.ErrNoRows) {
		then, err = read(`AND n > $3 ORDER BY n LIMIT 1`, 0)
	}
	return newest, then, err == nil, err
}
