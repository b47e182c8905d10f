package courier

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/internal/vault"
)

// The ways by which a parcel leaves.
const (
	WayNode    = "node"    // to the partner's node, by a Sender
	WayHTTPS   = "https"   // to an address of the partner's
	WayCapture = "capture" // to the capture interface of the partner's EPCIS 2.0 repository
	WaySFTP    = "sftp"    // to a server of the partner's
	WayFolder  = "folder"  // to a folder of this machine
	WayHand    = "hand"    // a person carries it
)

type parcelState int

// How far a parcel has come.
const (
	parcelQueued  parcelState = 1 // to be sent, or to be carried by a person
	parcelSent    parcelState = 2
	parcelAcked   parcelState = 3 // the partner has it, by its own word or a person's here
	parcelFailed  parcelState = 4 // the partner won't have it as it is, or it was tried for too long
	parcelDropped parcelState = 5 // given up by a person
)

var parcelNames = map[parcelState]string{parcelQueued: "queued", parcelSent: "sent", parcelAcked: "acknowledged", parcelFailed: "failed", parcelDropped: "dropped"}

// Posting is a document that is to go to a partner.
type Posting struct {
	Partner    string // organisation, GLN or number in the address book
	Way        string
	Address    string
	Credential string // its name; may be empty
	Format     string // that the document is in, as the route names it; may be empty
	Document   vault.Document
	About      []byte // what it tells of, such as a shipment's id; may be nil
}

// Parcel is a document on its way to a partner, as it is shown.
type Parcel struct {
	Number    int64     `json:"number"`
	Partner   string    `json:"partner"`
	Way       string    `json:"way" enum:"node,https,capture,sftp,folder,hand"`
	Address   string    `json:"address,omitempty"`
	Format    string    `json:"format,omitempty" doc:"That the document is in, such as R1.3"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"`
	State     string    `json:"state" enum:"queued,sent,acknowledged,failed,dropped"`
	Created   time.Time `json:"created"`
	Tries     int       `json:"tries" doc:"Failed attempts"`
	Next      time.Time `json:"next,omitzero" doc:"When it is tried again"`
	Sent      time.Time `json:"sent,omitzero"`
	Acked     time.Time `json:"acknowledged,omitzero"`
	Ref       string    `json:"ref,omitempty" doc:"What the partner's server gave it"`
	Reason    string    `json:"reason,omitempty"`

	credential string
	document   int64
	about      []byte
	state      parcelState
}

// parcelTold is the sealed part of a parcel.
type parcelTold struct {
	Address, Credential, Name, MediaType, SHA256, Ref, Reason string
	Format                                                    string `json:",omitempty"`
	Size                                                      int64
}

// Queue puts a document into the queue to a partner, in the caller's transaction: it is
// sent if and only if that one commits. The same document on the same way to the same
// partner is one parcel: known tells that it was queued before. Call Wake afterwards.
func (k *Courier) Queue(tx *sql.Tx, p Posting) (n int64, known bool, err error) {
	if err := k.mayGo(p); err != nil {
		return 0, false, fmt.Errorf("couldn't queue the document: %w", err)
	}
	id := hash("parcel", p.Partner, p.Way, p.Address, string(p.Document.SHA256[:]))
	mark := k.parcels.Mark(id[:])
	err = tx.QueryRow(`SELECT n FROM courier_parcel WHERE mark = $1`, mark).Scan(&n)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return n, err == nil, err
	}
	now := k.config.Now().UnixMilli()
	sealed, err := k.sealParcel(p.Document.ID, now, parcelTold{
		Address: p.Address, Credential: p.Credential, Format: p.Format, Name: label(p.Document.Name), MediaType: p.Document.MediaType, SHA256: fmt.Sprintf("%x", p.Document.SHA256), Size: p.Document.Size,
	})
	if err != nil {
		return 0, false, err
	}
	err = tx.QueryRow(`INSERT INTO courier_parcel (mark, partner, way, about, document, state, tries, next_at, created, sent, acked, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, 0, 0, $8) RETURNING n`, mark, p.Partner, p.Way, p.About, p.Document.ID, int(parcelQueued), now, sealed).Scan(&n)
	return n, false, err
}

// mayGo refuses what could never be sent.
func (k *Courier) mayGo(p Posting) error {
	switch p.Way {
	case WayNode:
		if k.config.Node == nil {
			return refuse("this node sends nothing to other nodes")
		}
	case WayHTTPS, WayCapture, WaySFTP:
		_, err := k.target(p.Way, p.Address, p.Credential)
		return err
	case WayFolder:
		if !slices.ContainsFunc(k.config.Outlets, func(o Outlet) bool { return o.Folder == p.Address }) {
			return refuse("the folder %s is none of ways.outlets in pedigree.yaml, so nothing is written there", label(p.Address))
		}
	case WayHand:
	default:
		return refuse("there is no way %q", label(p.Way))
	}
	return nil
}

func (k *Courier) sealParcel(document, created int64, t parcelTold) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("couldn't write what is kept of a parcel: %w", err)
	}
	return k.vault.SealValue(parcelContext(document, created), plain)
}

const parcelColumns = `n, partner, way, about, document, state, tries, next_at, created, sent, acked, sealed`

func (k *Courier) readParcel(scan func(...any) error) (Parcel, error) {
	var p Parcel
	var next, created, sent, acked int64
	var sealed []byte
	if err := scan(&p.Number, &p.Partner, &p.Way, &p.about, &p.document, &p.state, &p.Tries, &next, &created, &sent, &acked, &sealed); err != nil {
		return p, err
	}
	plain, err := k.vault.OpenValue(parcelContext(p.document, created), sealed)
	var t parcelTold
	if err == nil {
		err = json.Unmarshal(plain, &t)
	}
	if err != nil {
		return p, fmt.Errorf("couldn't read what is kept of a parcel: %w", err)
	}
	p.Format = t.Format
	p.Address, p.credential, p.Name, p.MediaType, p.Size, p.SHA256, p.Ref, p.Reason = t.Address, t.Credential, t.Name, t.MediaType, t.Size, t.SHA256, t.Ref, t.Reason
	p.State, p.Created, p.Sent, p.Acked = parcelNames[p.state], time.UnixMilli(created).UTC(), moment(sent), moment(acked)
	if p.state == parcelQueued && p.Way != WayHand {
		p.Next = moment(next)
	}
	return p, nil
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// keep writes down how far a parcel has come, unless it has come elsewhere meanwhile.
func (k *Courier) keep(ctx context.Context, p Parcel, was parcelState) error {
	created := p.Created.UnixMilli()
	sealed, err := k.sealParcel(p.document, created, parcelTold{
		Address: p.Address, Credential: p.credential, Name: p.Name, MediaType: p.MediaType, SHA256: p.SHA256, Ref: p.Ref, Reason: p.Reason, Format: p.Format, Size: p.Size,
	})
	if err != nil {
		return err
	}
	return k.vault.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE courier_parcel SET state = $1, tries = $2, next_at = $3, sent = $4, acked = $5, sealed = $6 WHERE n = $7 AND state = $8`,
			int(p.state), p.Tries, millis(p.Next), millis(p.Sent), millis(p.Acked), sealed, p.Number, int(was))
		return err
	})
}

// Parcels lists parcels, the newest first. State is a word, or empty for all; before
// the number of the last one of the page before, or 0.
func (k *Courier) Parcels(ctx context.Context, state, partner string, before int64, limit int) ([]Parcel, error) {
	want := parcelState(0)
	for s, name := range parcelNames {
		if name == state {
			want = s
		}
	}
	if limit <= 0 || limit > ListMax {
		limit = ListMax
	}
	list, err := k.readParcels(ctx, `SELECT `+parcelColumns+` FROM courier_parcel WHERE (CAST($1 AS BIGINT) = 0 OR state = $1) AND ($2 = '' OR partner = $2)
		AND (CAST($3 AS BIGINT) = 0 OR n < $3) ORDER BY n DESC LIMIT $4`, int(want), partner, before, limit)
	if err != nil {
		return nil, fmt.Errorf("couldn't list the parcels: %w", err)
	}
	return list, nil
}

func (k *Courier) readParcels(ctx context.Context, query string, args ...any) ([]Parcel, error) {
	list := []Parcel{}
	err := k.vault.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			p, err := k.readParcel(rows.Scan)
			if err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// Parcel returns one parcel. vault.ErrNotFound: there is none.
func (k *Courier) Parcel(ctx context.Context, n int64) (Parcel, error) {
	list, err := k.readParcels(ctx, `SELECT `+parcelColumns+` FROM courier_parcel WHERE n = $1`, n)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("there is no parcel %d; pedigree parcels list shows them: %w", n, vault.ErrNotFound)
	}
	if err != nil {
		return Parcel{}, err
	}
	return list[0], nil
}

// About is the state of the newest parcel that tells of something, such as a shipment.
func (k *Courier) About(ctx context.Context, about []byte) (state string, found bool, err error) {
	p, found, err := k.Newest(ctx, about)
	return p.State, found, err
}

// Newest is the newest parcel that tells of something.
func (k *Courier) Newest(ctx context.Context, about []byte) (p Parcel, found bool, err error) {
	list, err := k.readParcels(ctx, `SELECT `+parcelColumns+` FROM courier_parcel WHERE about = $1 ORDER BY n DESC LIMIT 1`, about)
	if err != nil || len(list) == 0 {
		return p, false, err
	}
	return list[0], true, nil
}

// Withdraw gives up the parcels that tell of something and that nobody sent yet, with a
// reason. It tells whether there were any, now or before.
func (k *Courier) Withdraw(ctx context.Context, about []byte, reason string) (bool, error) {
	list, err := k.readParcels(ctx, `SELECT `+parcelColumns+` FROM courier_parcel WHERE about = $1 AND state IN ($2, $3, $4) ORDER BY n`, about, int(parcelQueued), int(parcelFailed), int(parcelDropped))
	if err != nil {
		return false, fmt.Errorf("couldn't look for parcels to withdraw: %w", err)
	}
	for _, p := range list {
		if p.state == parcelDropped {
			continue
		}
		if _, err := k.Drop(ctx, p.Number, reason); err != nil {
			return false, err
		}
	}
	return len(list) > 0, nil
}

// Retry sends a parcel again that failed or was dropped, now.
func (k *Courier) Retry(ctx context.Context, n int64) (Parcel, error) {
	return k.decide(ctx, n, []parcelState{parcelFailed, parcelDropped, parcelQueued}, func(p *Parcel) {
		p.state, p.Tries, p.Next, p.Reason = parcelQueued, 0, time.Time{}, ""
	})
}

// Drop gives a parcel up, with a reason.
func (k *Courier) Drop(ctx context.Context, n int64, reason string) (Parcel, error) {
	return k.decide(ctx, n, []parcelState{parcelQueued, parcelFailed, parcelSent}, func(p *Parcel) { p.state, p.Reason = parcelDropped, oneLine(reason) })
}

// Done notes that the partner has a parcel, as a person knows.
func (k *Courier) Done(ctx context.Context, n int64, note string) (Parcel, error) {
	return k.decide(ctx, n, []parcelState{parcelQueued, parcelSent, parcelFailed}, func(p *Parcel) {
		p.state, p.Reason, p.Acked = parcelAcked, oneLine(note), k.config.Now()
		if p.Sent.IsZero() {
			p.Sent = p.Acked
		}
	})
}

func (k *Courier) decide(ctx context.Context, n int64, from []parcelState, change func(*Parcel)) (Parcel, error) {
	p, err := k.Parcel(ctx, n)
	if err != nil {
		return p, err
	}
	was := p.state
	if !slices.Contains(from, was) {
		return p, refuse("parcel %d is %s", n, parcelNames[was])
	}
	change(&p)
	if err := k.keep(ctx, p, was); err != nil {
		return p, err
	}
	k.Wake()
	return k.Parcel(ctx, n)
}
