package auth

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// AuditLine is one line of an organisation's audit trail. It names who did what to
// which object, and holds nothing of what was sent.
type AuditLine struct {
	Seq     uint64    `json:"seq" doc:"The line's number, from 1 without a gap"`
	At      time.Time `json:"at" doc:"When, in UTC"`
	Who     string    `json:"who" doc:"The principal's id; ? for nobody known, node for what the node writes itself"`
	Act     string    `json:"act" doc:"The operation"`
	Object  string    `json:"object" doc:"What it was done to"`
	Outcome string    `json:"outcome" doc:"How it ended"`
	Hash    string    `json:"hash" doc:"SHA-256 over this line and the hash of the one before"`
}

// auditDomain separates these hashes from all others.
const auditDomain = "pedigree audit v1"

// hashAfter is the line's hash when prev is the hash of the line before. Every
// text is preceded by its length, so no two lines have the same bytes.
func (l AuditLine) hashAfter(org, prev string) string {
	b := []byte(auditDomain)
	b = binary.BigEndian.AppendUint64(b, l.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(l.At.UnixMilli()))
	for _, text := range []string{prev, org, l.Who, l.Act, l.Object, l.Outcome} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
		b = append(b, text...)
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// cut makes a text fit for a line: short, and without what a terminal would obey.
func cut(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
	if len(text) > auditTextMax {
		text = strings.ToValidUTF8(text[:auditTextMax], "")
	}
	return text
}

// Record adds one line to the trail of an organisation. When it returns nil the
// line is on the disk.
func (a *Access) Record(ctx context.Context, org, who, act, object, outcome string) error {
	ctx = context.WithoutCancel(ctx) // the act was done, whether its asker waits or not
	err := a.in(org).Update(ctx, func(tx *sql.Tx) error {
		_, err := writeLine(ctx, tx, a.Now(), org, who, act, object, outcome)
		return err
	})
	if err != nil {
		return fmt.Errorf("couldn't write to the audit trail: %w", err)
	}
	return nil
}

// Lines that the node writes itself, of each changed right. No operation of the HTTP
// interface has this name; the line of who asked stands beside it.
const (
	whoNode   = "node"
	actRights = "rights"
)

// writeLine adds a line in the transaction of what it tells of, and returns its hash.
func writeLine(ctx context.Context, tx *sql.Tx, at time.Time, org, who, act, object, outcome string) (hash string, err error) {
	var last uint64
	var prev string
	err = tx.QueryRowContext(ctx, `SELECT seq, hash FROM auth_audit WHERE org = $1 ORDER BY seq DESC LIMIT 1`, org).Scan(&last, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	l := AuditLine{Seq: last + 1, At: at, Who: cut(who), Act: cut(act), Object: cut(object), Outcome: cut(outcome)}
	_, err = tx.ExecContext(ctx, `INSERT INTO auth_audit (org, seq, at, who, act, object, outcome, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		org, int64(l.Seq), millis(l.At), l.Who, l.Act, l.Object, l.Outcome, l.hashAfter(org, prev))
	return l.hashAfter(org, prev), err
}

// Audit returns up to limit lines after a number, in order.
func (a *Access) Audit(ctx context.Context, org string, after uint64, limit int) (list []AuditLine, err error) {
	if limit < 1 || limit > auditPage {
		limit = auditPage
	}
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, `SELECT seq, at, who, act, object, outcome, hash FROM auth_audit WHERE org = $1 AND seq > $2 ORDER BY seq LIMIT $3`, scanLine, org, int64(after), limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("couldn't read the audit trail: %w", err)
	}
	return list, nil
}

func scanLine(r *sql.Rows) (l AuditLine, err error) {
	var at int64
	err = r.Scan(&l.Seq, &at, &l.Who, &l.Act, &l.Object, &l.Outcome, &l.Hash)
	l.At = time.UnixMilli(at).UTC()
	return l, err
}

// AuditHead is the number and hash of the last line; 0 and "" without any.
func (a *Access) AuditHead(ctx context.Context, org string) (seq uint64, hash string, err error) {
	err = a.in(org).View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT seq, hash FROM auth_audit WHERE org = $1 ORDER BY seq DESC LIMIT 1`, org).Scan(&seq, &hash)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return seq, hash, err
}

// AuditOrgs are the organisations that have a trail in the node's own store, in order.
func (a *Access) AuditOrgs(ctx context.Context) (list []string, err error) {
	err = a.store.View(ctx, func(tx *sql.Tx) error {
		list, err = rows(ctx, tx, `SELECT DISTINCT org FROM auth_audit ORDER BY org LIMIT $1`, func(r *sql.Rows) (org string, err error) { return org, r.Scan(&org) }, peopleMax)
		return err
	})
	return list, err
}
