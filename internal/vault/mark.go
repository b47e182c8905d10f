package vault

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"
)

// Marker makes keyed hashes, by which equal values are found in a column that tells
// nobody what they are. Another key for the vault puts another layer on each mark:
// what was kept is hashed again, and a marker made after it hashes as often. So
// marks stay findable though nobody knows any more what they were made from, and the
// former key alone makes none of them.
type Marker struct{ secrets [][32]byte }

// Marker returns the marker of a label, which the columns of its marks name in
// Table.Marks. It must not be kept over a Rekey.
func (v *Vault) Marker(label string) Marker {
	if secrets := v.marks[label]; len(secrets) > 0 {
		return Marker{secrets}
	}
	return Marker{[][32]byte{v.key.Derive(label)}}
}

// Mark is the keyed hash of a text, of 32 bytes.
func (m Marker) Mark(text []byte) []byte {
	for _, secret := range m.secrets {
		text = layer(secret, text)
	}
	return text
}

// layer is HMAC-SHA-256 of a text, or of the layer below.
func layer(secret [32]byte, text []byte) []byte {
	h := hmac.New(sha256.New, secret[:])
	h.Write(text)
	return h.Sum(nil)
}

// marksPrefix begins the names of the rows of vault_meta with markers' secrets: those
// under former keys and the present one, sealed under the present one.
const marksPrefix = "marks "

// loadMarks reads the markers' secrets of a vault that has had another key.
func (v *Vault) loadMarks(ctx context.Context) error {
	v.marks = map[string][][32]byte{}
	return v.look(ctx, func(tx *sql.Tx) error {
		type row struct {
			name   string
			sealed []byte
		}
		list, err := rows(ctx, tx, metaAll, func(scan func(...any) error) (r row, err error) { return r, scan(&r.name, &r.sealed) })
		if err != nil {
			return err
		}
		for _, r := range list {
			label, is := strings.CutPrefix(r.name, marksPrefix)
			if !is {
				continue
			}
			plain, err := v.marksSealer().open([]byte(r.name), r.sealed)
			if err != nil || len(plain) == 0 || len(plain)%32 != 0 || len(plain)/32 > rekeysMax+1 {
				return fmt.Errorf("%w: the secrets of the marks %q can't be read", ErrDamaged, label)
			}
			for ; len(plain) > 0; plain = plain[32:] {
				v.marks[label] = append(v.marks[label], [32]byte(plain))
			}
		}
		return nil
	})
}

func (v *Vault) marksSealer() sealer { return sealer{v.key.own("marks")} }
