package exchange

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pedigree/proof"
)

// OwnSealKey is one of our own sealing keys, as it goes to the ledger.
type OwnSealKey struct {
	Hash   proof.Hash `json:"hash" doc:"SHA-256 of the public key"`
	Public []byte     `json:"public"`
	Made   time.Time  `json:"made"`
	Closed time.Time  `json:"closed,omitzero" doc:"From when partners use another"`
	Gone   bool       `json:"gone" doc:"Its private half was destroyed"`
}

// SealKeys lists our own sealing keys, the newest first.
func (x *Exchange) SealKeys(ctx context.Context) ([]OwnSealKey, error) {
	var list []OwnSealKey
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT hash, public, made, closed, secret IS NULL FROM exchange_key ORDER BY made DESC, hash LIMIT $1`, sealKeysMax)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var k OwnSealKey
			var hash []byte
			var made, closed int64
			if err := rows.Scan(&hash, &k.Public, &made, &closed, &k.Gone); err != nil {
				return err
			}
			k.Hash, k.Made, k.Closed = proof.Hash(hash), unix(made), unix(closed)
			list = append(list, k)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't list the sealing keys: %w", err)
	}
	return list, nil
}

// NewSealKey makes a sealing key. It serves once its public half is on the ledger.
func (x *Exchange) NewSealKey(ctx context.Context) (OwnSealKey, error) {
	k, err := x.newSealKey(ctx)
	if err != nil {
		return OwnSealKey{}, fmt.Errorf("couldn't make a sealing key: %w", err)
	}
	return k, nil
}

func (x *Exchange) newSealKey(ctx context.Context) (OwnSealKey, error) {
	var seed [32]byte
	_, _ = rand.Read(seed[:]) // never fails: it ends the process instead
	private, err := sealKEM().DeriveKeyPair(seed[:])
	if err != nil {
		return OwnSealKey{}, err
	}
	k := OwnSealKey{Public: private.PublicKey().Bytes(), Made: x.now().UTC().Truncate(time.Second)}
	k.Hash = sha256.Sum256(k.Public)
	box, err := x.box("sealing seeds")
	if err != nil {
		return OwnSealKey{}, err
	}
	return k, x.vault.Update(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM exchange_key WHERE secret IS NOT NULL`).Scan(&n); err != nil {
			return err
		}
		if n >= sealKeysMax {
			return fmt.Errorf("there are %d already; a closed one is destroyed %d days after it was closed", n, int(SealKeyKept.Hours()/24))
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO exchange_key (hash, secret, public, made, closed) VALUES ($1, $2, $3, $4, 0)`, k.Hash[:], box.Seal(nil, nil, seed[:], k.Hash[:]), k.Public, k.Made.Unix())
		return err
	})
}

// CloseSealKeys notes that partners use this key from now on and no other. What was
// sealed to the others is still opened for SealKeyKept.
func (x *Exchange) CloseSealKeys(ctx context.Context, but proof.Hash) error {
	return x.update(ctx, `UPDATE exchange_key SET closed = $1 WHERE hash <> $2 AND closed = 0`, x.now().Unix(), but[:])
}

// destroySealKeys forgets the private halves of keys that were closed long enough
// ago: what was recorded on the way then opens for nobody any more.
func (x *Exchange) destroySealKeys(ctx context.Context) error {
	return x.update(ctx, `UPDATE exchange_key SET secret = NULL WHERE closed > 0 AND closed < $1 AND secret IS NOT NULL`, x.now().Add(-SealKeyKept).Unix())
}

// errSealKey is a payload sealed to a key that can't be opened with here.
var errSealKey = errors.New("it is sealed to a key that is not open here")

// privateKey finds the private half of the key that a payload is sealed to.
func (x *Exchange) privateKey(ctx context.Context, s SealHead) (hpke.PrivateKey, error) {
	var sealed []byte
	err := x.vault.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT secret FROM exchange_key WHERE hash = $1`, s.Recipient[:]).Scan(&sealed)
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && sealed == nil {
		return nil, errSealKey
	}
	if err != nil {
		return nil, err
	}
	box, err := x.box("sealing seeds")
	if err != nil {
		return nil, err
	}
	seed, err := box.Open(nil, nil, sealed, s.Recipient[:])
	if err != nil {
		return nil, errors.New("couldn't open a sealing key: the private store and the exchange secret don't belong together; put both back from one backup, or run pedigree exchange rotate")
	}
	return sealKEM().DeriveKeyPair(seed)
}

// box keeps one sort of thing in the store sealed, each bound to its row.
func (x *Exchange) box(use string) (cipher.AEAD, error) {
	key, err := derive(x.secret, use)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// unix is a stored time; zero stays zero.
func unix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
