package auth

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pedigree/internal/vault"
	"pedigree/ledger"
)

// ErrSeal says that a row which says who may use the node is not as this program left
// it: somebody changed the database.
var ErrSeal error = &refusal{
	ledger.Denied, "access/changed", "tell who operates the node: its log names the row; docs/operate/care.md says what to do",
	"what is stored of who may use this node was changed behind it",
}

// sealLabel is the label of the seals' marker.
const sealLabel = "auth seal"

// Each row that gives somebody a right has a seal: a keyed hash, whose key the database
// does not hold. One more seals the list of what an organisation's seals are over, so
// that a row which was taken out, or put back from an old copy, is found as well. It
// goes over hashes and not over seals, which change with the vault's key.
const sealOfAll = ""

// The seal over the list names the line of the audit trail that tells of the last change
// of a right, so that an older list, put back with all its rows, is found as well: who
// takes the line out breaks the trail, whose hash is on the ledger.

// sealed are the kinds of rows with a seal in auth_seal. A row is named by its first
// columns. The time of a last use is not sealed. Lines that tell of a restored backup
// are, for they explain why other lines are missing.
var sealed = []struct {
	kind, query string
	key         []string
}{
	{"person", `SELECT id, org, name, issuer, subject, created, removed FROM auth_person WHERE org = $1`, []string{"id"}},
	{"grant", `SELECT person, role, given, given_by FROM auth_grant g WHERE EXISTS (SELECT 1 FROM auth_person p WHERE p.id = g.person AND p.org = $1)`, []string{"person", "role"}},
	{"passkey", `SELECT id, person, name, credential, created, blocked FROM auth_passkey k WHERE EXISTS (SELECT 1 FROM auth_person p WHERE p.id = k.person AND p.org = $1)`, []string{"id"}},
	{"key", `SELECT id, org, name, roles, prefix, hash, created, created_by, until, revoked FROM auth_machine WHERE org = $1`, []string{"id"}},
	{"restore", `SELECT hash, object FROM auth_audit WHERE org = $1 AND act = '` + actRestore + `'`, []string{"hash"}},
}

// The places of kinds in sealed.
const (
	sealedPerson = iota
	sealedGrant
	sealedPasskey
	sealedKey
	sealedRestore
)

// sealer makes and checks the seals of one store.
type sealer struct {
	marker vault.Marker
	now    func() time.Time // for the lines that tell of changes; nil where none are made
}

// contentOf is a hash over texts, each after its length.
func contentOf(texts ...string) []byte {
	h := sha256.New()
	for _, text := range texts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(text)))
		h.Write(n[:])
		h.Write([]byte(text))
	}
	return h.Sum(nil)
}

// sealRow is what a seal is over: the name of a row and the hash of what it says.
type sealRow struct {
	name    string
	content []byte
	mac     []byte // as it is stored
}

// of is the seal of a row of an organisation.
func (s sealer) of(org string, r sealRow) []byte {
	return s.marker.Mark(contentOf("row", org, r.name, string(r.content)))
}

// over is what the seal of a list is over, as of a line of the audit trail; line 0 is
// before the first change that has one. Databases order texts in more ways than one.
func over(list []sealRow, line uint64) sealRow {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b sealRow) int { return cmp.Compare(a.name, b.name) })
	texts := []string{"all"}
	for _, r := range list {
		texts = append(texts, r.name, string(r.content))
	}
	content := contentOf(texts...)
	if line > 0 {
		content = binary.BigEndian.AppendUint64(content, line)
	}
	return sealRow{name: sealOfAll, content: content}
}

// lineOf is the line of the audit trail that the seal over a list names.
func lineOf(all sealRow) uint64 {
	if len(all.content) != sha256.Size+8 {
		return 0
	}
	return binary.BigEndian.Uint64(all.content[sha256.Size:])
}

// sealedRows reads the rows of one kind, all or those that more says.
func sealedRows(ctx context.Context, tx *sql.Tx, org string, kind int, more string, args ...any) ([]sealRow, error) {
	s := sealed[kind]
	return rows(ctx, tx, s.query+more, func(r *sql.Rows) (one sealRow, err error) {
		columns, err := r.Columns()
		if err != nil {
			return one, err
		}
		values, into, texts := make([]sql.NullString, len(columns)), make([]any, len(columns)), make([]string, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := r.Scan(into...); err != nil {
			return one, err
		}
		for i, v := range values {
			texts[i] = v.String
		}
		return sealRow{name: sealName(kind, texts[:len(s.key)]...), content: contentOf(texts...)}, nil
	}, append([]any{org}, args...)...)
}

// sealName is the name of a row with a key.
func sealName(kind int, key ...string) string {
	return sealed[kind].kind + " " + strings.Join(key, "/")
}

// seals are those of an organisation, and the one over all of them; nil when there is
// none.
func seals(ctx context.Context, tx *sql.Tx, org string) (list []sealRow, all *sealRow, err error) {
	list, err = rows(ctx, tx, `SELECT name, content, mac FROM auth_seal WHERE org = $1`, func(r *sql.Rows) (one sealRow, err error) {
		return one, r.Scan(&one.name, &one.content, &one.mac)
	}, org)
	if i := slices.IndexFunc(list, func(r sealRow) bool { return r.name == sealOfAll }); i >= 0 {
		all = &list[i]
		list = slices.Concat(list[:i:i], list[i+1:])
	}
	return list, all, err
}

// put writes the seal of a row in place of one that is there.
func (s sealer) put(ctx context.Context, tx *sql.Tx, org string, r sealRow) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM auth_seal WHERE org = $1 AND name = $2`, org, r.name); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO auth_seal (org, name, content, mac) VALUES ($1, $2, $3, $4)`, org, r.name, r.content, s.of(org, r))
	return err
}

// gave seals a row in the transaction that gave somebody a right by it, and writes a
// line of the audit trail. Where the seals were tampered with nothing is given.
func (s sealer) gave(ctx context.Context, tx *sql.Tx, org string, kind int, key ...string) error {
	if err := s.listHolds(ctx, tx, org, sealName(kind, key...)); err != nil {
		return err
	}
	if err := s.again(ctx, tx, org, kind, key...); err != nil {
		return err
	}
	return s.changed(ctx, tx, org, kind, key...)
}

// used seals a row whose use changed it, and gave or took nothing.
func (s sealer) used(ctx context.Context, tx *sql.Tx, org string, kind int, key ...string) error {
	if err := s.listHolds(ctx, tx, org, ""); err != nil {
		return err
	}
	if err := s.again(ctx, tx, org, kind, key...); err != nil {
		return err
	}
	return s.putList(ctx, tx, org)
}

// took seals a row, or takes the seal of one that is gone, in the transaction that took
// a right: do makes the change. That is always possible; a list of seals that was
// tampered with stays wrong, so that it is found.
func (s sealer) took(ctx context.Context, tx *sql.Tx, org string, kind int, key ...string) error {
	wrong := s.listHolds(ctx, tx, org, "")
	if wrong != nil && !errors.Is(wrong, ErrSeal) {
		return wrong
	}
	if err := s.again(ctx, tx, org, kind, key...); err != nil || wrong != nil {
		return err
	}
	return s.changed(ctx, tx, org, kind, key...)
}

// changed writes the line that tells of a changed right, and binds the list to it.
func (s sealer) changed(ctx context.Context, tx *sql.Tx, org string, kind int, key ...string) error {
	if _, err := writeLine(ctx, tx, s.now(), org, whoNode, actRights, sealName(kind, key...), "done"); err != nil {
		return err
	}
	return s.putList(ctx, tx, org)
}

// again brings the seal of one row up to date.
func (s sealer) again(ctx context.Context, tx *sql.Tx, org string, kind int, key ...string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM auth_seal WHERE org = $1 AND name = $2`, org, sealName(kind, key...)); err != nil {
		return err
	}
	more, args := "", []any{}
	for i, column := range sealed[kind].key {
		more += fmt.Sprintf(" AND %s = $%d", column, i+2)
		args = append(args, key[i])
	}
	found, err := sealedRows(ctx, tx, org, kind, more, args...)
	for _, r := range found {
		err = s.put(ctx, tx, org, r)
	}
	return err
}

// listHolds tells whether the seal over an organisation's seals is right and the newest;
// else its error wraps ErrSeal. One that has no rows yet, or the named one alone, has none.
func (s sealer) listHolds(ctx context.Context, tx *sql.Tx, org, first string) error {
	list, all, err := seals(ctx, tx, org)
	if err != nil {
		return err
	}
	line, err := rightsLine(ctx, tx, org)
	if err != nil {
		return err
	}
	if all != nil {
		return s.isNewest(org, list, *all, line)
	}
	for kind := range sealed {
		found, err := sealedRows(ctx, tx, org, kind, "")
		if err != nil {
			return err
		}
		if slices.ContainsFunc(found, func(r sealRow) bool { return r.name != first }) {
			return errList(org)
		}
	}
	if len(list) > 0 || line > 0 {
		return errList(org)
	}
	return nil
}

// isNewest compares the seal over a list with the list, and with the line of the audit
// trail that tells of the last change.
func (s sealer) isNewest(org string, list []sealRow, all sealRow, line uint64) error {
	want := over(list, lineOf(all))
	switch {
	case !bytes.Equal(all.content, want.content) || !hmac.Equal(all.mac, s.of(org, want)):
		return errList(org)
	case lineOf(all) != line:
		return errOlderRights(org, lineOf(all), line)
	}
	return nil
}

// rightsLine is the line of an organisation's audit trail that tells of the last change
// of a right; 0 for none.
func rightsLine(ctx context.Context, tx *sql.Tx, org string) (line uint64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT seq FROM auth_audit WHERE org = $1 AND act = $2 ORDER BY seq DESC LIMIT 1`, org, actRights).Scan(&line)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return line, err
}

// putList seals an organisation's list of seals, as of the last change of a right.
func (s sealer) putList(ctx context.Context, tx *sql.Tx, org string) error {
	list, _, err := seals(ctx, tx, org)
	if err != nil {
		return err
	}
	line, err := rightsLine(ctx, tx, org)
	if err != nil {
		return err
	}
	return s.put(ctx, tx, org, over(list, line))
}

// ofSession is the seal of a session, which is in its row.
func (s sealer) ofSession(texts ...string) []byte {
	return s.marker.Mark(contentOf(append([]string{"session"}, texts...)...))
}

// ofInvite is the seal of an invitation, which is in its row.
func (s sealer) ofInvite(hash, person string, until, used int64) []byte {
	return s.marker.Mark(contentOf("invite", hash, person, fmt.Sprint(until), fmt.Sprint(used)))
}
