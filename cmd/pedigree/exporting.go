package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"pedigree/domain/anchor"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/engine"
	"pedigree/internal/exchange"
	"pedigree/internal/export"
	"pedigree/proof"
)

const (
	// exportPath is the route that hands exports out.
	exportPath = "/api/v1/export"
	// exportsMax is how many organisations are exported at once.
	exportsMax = 4
)

// schema/export.json describes what is written; a test keeps it fresh.
//go:generate go test -count=1 -run ^TestTheSchemaOfExportsIsFresh$ . -update

// exporting writes everything of the organisation in whose office a request is.
type exporting func(ctx context.Context, w io.Writer) error

// exports hands out exports: one of an organisation at a time, and few at once.
type exports struct {
	r    *running
	mu   sync.Mutex
	busy map[string]bool
}

func (e *exports) begin(org string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy[org] || len(e.busy) >= exportsMax {
		return false
	}
	e.busy[org] = true
	return true
}

func (e *exports) end(org string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.busy, org)
}

// export writes the export of the organisation that asks.
func (e *exports) export(ctx context.Context, w io.Writer) error {
	o := officeOf(ctx)
	if !e.begin(o.org) {
		return api.ErrBusy
	}
	defer e.end(o.org)
	// So that the trail up to here is vouched for, and a block follows the last entry.
	if member, err := e.r.isMember(o.org); err != nil || !member {
		return errors.Join(err, notMember(o.org, e.r.node.ChainID()))
	}
	if err := e.r.anchorOnce(ctx, o, anchorStopWait); err != nil {
		e.r.log.Warn("couldn't put an audit trail's hash on the ledger before an export", "org", o.org, "error", err)
	}
	began := time.Now()
	dir := filepath.Join(o.home.dir, "data", "export.partial")
	if err := os.RemoveAll(dir); err != nil { // what a node that was killed left
		return err
	}
	out, err := export.NewWriter(ctx, w, dir, began)
	if err != nil {
		return err
	}
	x := exported{r: e.r, o: o, out: out}
	m, err := x.all(ctx)
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("couldn't export %s: %w", o.org, err)
	}
	e.r.log.Info("handed out an export", "org", o.org, "files", m.Files.Count, "took", time.Since(began))
	return nil
}

func notMember(org, chain string) error {
	return fmt.Errorf("%s is no member of %s yet, so nobody could check who signed its export; let the council admit it first", org, chain)
}

// exported is one export under way.
type exported struct {
	r    *running
	o    *office
	out  *export.Writer
	head uint64 // last line of the audit trail

	spools       map[string]*export.Spool // of lists to which tables refer
	documentLast int64                    // of documents.ndjson
}

// all writes every file, in the order of their names.
func (x *exported) all(ctx context.Context) (export.Manifest, error) {
	m := export.Manifest{Chain: x.r.node.ChainID(), Org: x.o.org, Program: version, Height: x.r.node.Height(), FromHeight: uint64(max(x.r.node.Engine().BaseHeight(), 1))}
	founding, err := os.ReadFile(x.r.home.founding())
	if err != nil {
		return m, err
	}
	if _, m.Founding, err = foundingTrust(founding); err != nil {
		return m, err
	}
	proved, key, err := x.member(ctx, &m)
	if err != nil {
		return m, err
	}
	if x.head, _, err = x.r.access.AuditHead(ctx, x.o.org); err != nil {
		return m, err
	}
	x.spools = map[string]*export.Spool{}
	for _, read := range []func(context.Context) error{
		x.tables, x.documentList, x.spool(export.InboxFile), x.spool(export.OutboxFile), x.spool(export.ShipmentsFile),
	} {
		if err := read(ctx); err != nil {
			return m, err
		}
	}
	for _, write := range []func() error{
		func() error { return x.out.AddBytes(export.AnchorFile, proved[1]) },
		func() error { return x.audit(ctx) },
		func() error { return x.lines(ctx, export.DispensesFile) },
		func() error { return x.documents(ctx) },
		func() error { return x.out.AddBytes(export.FoundingFile, founding) },
		func() error { return x.out.AddGone() },
		func() error { return x.out.AddSpool(x.spools[export.InboxFile]) },
		func() error { return x.lines(ctx, export.MachinesFile) },
		func() error { return x.out.AddBytes(export.MemberFile, proved[0]) },
		func() error { return x.out.AddSpool(x.spools[export.OutboxFile]) },
		func() error { return x.lines(ctx, export.PartnersFile) },
		func() error { return x.lines(ctx, export.PeopleFile) },
		func() error { return x.receipts(ctx, int64(m.FromHeight), int64(m.Height)) },
		func() error { return x.out.AddSpool(x.spools[export.ShipmentsFile]) },
		func() error { return x.lines(ctx, export.SignaturesFile) },
		func() error { return x.stock(ctx) },
		func() error { return x.out.AddTables() },
	} {
		if err := write(); err != nil {
			return m, err
		}
	}
	return x.out.Finish(m, x.o.acts.Sign, key)
}

// member proves the organisation's row, with its keys, and the hash of its audit
// trail, under one header.
func (x *exported) member(ctx context.Context, m *export.Manifest) (proofs [2][]byte, key proof.Key, err error) {
	keys := [2][]byte{proof.MemberKey(x.o.org), anchor.Key(x.o.org, anchorPurpose)}
	p, err := x.r.node.Prove(ctx, keys[0], keys[1])
	if err != nil {
		return proofs, key, err
	}
	for i := range keys {
		proofs[i] = proof.StateProof{Key: keys[i], Value: p.Values[i], Path: p.Paths[i], Parts: p.Parts, Header: p.Header}.Encode()
	}
	if p.Values[0] == nil {
		return proofs, key, notMember(x.o.org, m.Chain)
	}
	row, err := proof.DecodeMember(p.Values[0])
	if err != nil {
		return proofs, key, err
	}
	m.Name = row.Name
	key, valid := row.KeyAt(x.o.acts.Sign.KeyID(), p.Header.Signed.Header.Height-1)
	if !valid {
		return proofs, key, fmt.Errorf("the ledger has no valid key %d of %s", x.o.acts.Sign.KeyID(), x.o.org)
	}
	return proofs, key, nil
}

func (x *exported) audit(ctx context.Context) error {
	return x.out.AddLines(export.AuditFile, func(line func(any) error) error {
		for after := uint64(0); after < x.head; {
			page, err := x.r.access.Audit(ctx, x.o.org, after, 0)
			if err != nil {
				return err
			}
			for _, l := range page {
				if l.Seq > x.head {
					break
				}
				if err := line(l); err != nil {
					return err
				}
			}
			if len(page) == 0 {
				return fmt.Errorf("the audit trail ends after line %d, before line %d", after, x.head)
			}
			after = page[len(page)-1].Seq
		}
		return nil
	})
}

// tables reads the tables of the private store, all as of one moment.
func (x *exported) tables(ctx context.Context) error {
	v := x.o.desk.vault
	return v.View(ctx, func(tx *sql.Tx) error {
		rows, err := v.RowReader(ctx, tx)
		if err != nil {
			return err
		}
		return x.out.SpoolTables(rows.Each)
	})
}

// documentList reads the list of documents.
func (x *exported) documentList(ctx context.Context) (err error) {
	x.spools[export.DocumentsFile], err = x.out.Spool(export.DocumentsFile, func(line func(any) error) error {
		return x.eachDocument(ctx, func(d export.DocumentLine) error {
			x.documentLast = d.ID
			return line(d)
		})
	})
	return err
}

// documents writes the list of documents and then each of those in it.
func (x *exported) documents(ctx context.Context) error {
	if err := x.out.AddSpool(x.spools[export.DocumentsFile]); err != nil {
		return err
	}
	return x.eachDocument(ctx, func(d export.DocumentLine) error {
		if d.ID > x.documentLast { // it came meanwhile
			return nil
		}
		content, _, err := x.o.desk.vault.OpenDocument(ctx, d.ID)
		if err != nil {
			return err
		}
		return errors.Join(x.out.Add(d.File, d.Bytes, content), content.Close())
	})
}

func (x *exported) eachDocument(ctx context.Context, fn func(export.DocumentLine) error) error {
	for after := int64(0); ; {
		page, err := x.o.desk.vault.DocumentsAfter(ctx, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, d := range page {
			line := export.DocumentLine{
				ID: d.ID, File: export.DocumentName(d.ID, d.Name), Name: d.Name, MediaType: d.MediaType, Direction: string(d.Direction),
				Partner: d.Partner, Created: d.Created, Bytes: d.Size, SHA256: proof.Hash(d.SHA256).String(),
			}
			if err := fn(line); err != nil {
				return err
			}
			after = d.ID
		}
	}
}

// receipts writes the receipt of each of the organisation's entries in the blocks
// that the node keeps, below a height.
func (x *exported) receipts(ctx context.Context, from, below int64) error {
	for h := from; h < below; h++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		txs, err := x.r.node.Engine().BlockTxs(h)
		if errors.Is(err, engine.ErrNotFound) { // it was old enough to go meanwhile, or came with a snapshot
			continue
		}
		if err != nil {
			return err
		}
		for i, raw := range txs {
			if err := x.receipt(ctx, h, i, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *exported) receipt(ctx context.Context, height int64, place int, raw []byte) error {
	env, err := proof.DecodeEnvelope(raw)
	if err != nil || !slices.Contains(env.Body.AdmittingOrgs(), x.o.org) {
		return nil // not its own
	}
	at, known, err := x.r.node.Lookup(env.ID())
	if err != nil || !known || int64(at.Height) != height || at.Index != place { // it counted elsewhere
		return err
	}
	r, err := x.r.node.Receipt(ctx, env.ID())
	if err != nil {
		return err
	}
	return x.out.AddReceipt(uint64(height), place, env.ID(), r.Encode())
}

// stock writes what is in stock as of one moment, and then proves each record of it.
func (x *exported) stock(ctx context.Context) error {
	desk := x.o.desk.desk
	taken, err := x.out.Spool("stock.taken", func(line func(any) error) error {
		return desk.EachStock(ctx, func(t traceview.StockTakeout) error { return line(t) })
	})
	if err != nil {
		return err
	}
	err = x.out.AddStock(func(line func(export.StockLine) error) error {
		return taken.Each(func(raw []byte) error {
			var t traceview.StockTakeout
			if err := json.Unmarshal(raw, &t); err != nil {
				return err
			}
			s := stockLine(t)
			if t.Level == 0 && t.Held() && s.Unproved == "" {
				bundle, err := desk.StockProof(ctx, t)
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if s.Proof = bundle; err != nil {
					s.Unproved = err.Error()
				}
			}
			return line(s)
		})
	})
	return errors.Join(err, taken.Drop())
}

func stockLine(t traceview.StockTakeout) export.StockLine {
	s := export.StockLine{
		Item: t.Path, Kind: traceview.KindName(t.Kind), GTIN: t.GTIN, Lot: t.Lot, Expiry: t.Expiry, Quantity: t.Quantity,
		Status: traceview.StatusName(t.Status), Inside: t.Inside, Partner: t.Partner, Level: t.Level, Unproved: t.Unproved,
	}
	if t.Depth > 0 {
		s.Depth, s.Root = int(t.Depth), t.Root[:]
	}
	if t.Opened {
		s.Salt = t.Salt[:]
		if t.Level > 0 {
			s.Slot = &t.Slot
		}
		for _, node := range t.Slots {
			s.Slots = append(s.Slots, node[:]...)
		}
	}
	return s
}

// machineLine is an API key without the characters of its secret by which a person
// recognises it.
type machineLine struct {
	ID      string      `json:"id"`
	Name    string      `json:"name"`
	Roles   []auth.Role `json:"roles"`
	Created time.Time   `json:"created"`
	By      string      `json:"by"`
	Until   time.Time   `json:"until"`
	Revoked time.Time   `json:"revoked,omitzero"`
}

// lines writes one of the plain lists.
func (x *exported) lines(ctx context.Context, name string) error {
	return x.out.AddLines(name, x.listed(ctx, name))
}

// spool reads one of the plain lists, to be written later.
func (x *exported) spool(name string) func(context.Context) error {
	return func(ctx context.Context) (err error) {
		x.spools[name], err = x.out.Spool(name, x.listed(ctx, name))
		return err
	}
}

// listed reads one of the plain lists.
func (x *exported) listed(ctx context.Context, name string) func(line func(any) error) error {
	desk, mail, access, org := x.o.desk.desk, x.o.desk.mail, x.r.access, x.o.org
	return func(line func(any) error) error {
		switch name {
		case export.DispensesFile:
			return desk.EachDispense(ctx, func(d traceview.DispenseTakeout) error { return line(d) })
		case export.PartnersFile:
			return desk.EachPartner(ctx, func(p traceview.PartnerTakeout) error { return line(p) })
		case export.ShipmentsFile:
			return desk.EachShipment(ctx, func(s traceview.ShipmentTakeout) error { return line(s) })
		case export.InboxFile:
			return eachDelivery(ctx, mail.Inbox, func(c exchange.Came) proof.Hash { return c.ID }, line)
		case export.OutboxFile:
			return eachDelivery(ctx, mail.Outbox, func(s exchange.Sent) proof.Hash { return s.ID }, line)
		case export.PeopleFile:
			return access.EachPerson(ctx, org, func(u auth.User) error { return line(u) })
		case export.MachinesFile:
			return access.EachAPIKey(ctx, org, func(k auth.APIKey) error {
				return line(machineLine{k.ID, k.Name, k.Roles, k.Created, k.By, k.Until, k.Revoked})
			})
		case export.SignaturesFile:
			return access.EachSignature(ctx, org, func(s auth.Signature) error { return line(s) })
		}
		return fmt.Errorf("there is no list %s", name)
	}
}

// eachDelivery reads a listing to its end.
func eachDelivery[T any](ctx context.Context, list func(context.Context, exchange.Listing) ([]T, error), id func(T) proof.Hash, line func(any) error) error {
	l := exchange.Listing{Limit: exchange.ListMax}
	for {
		page, err := list(ctx, l)
		if err != nil {
			return err
		}
		for _, one := range page {
			if err := line(one); err != nil {
				return err
			}
			l.Before = id(one)
		}
		if len(page) < exchange.ListMax {
			return nil
		}
	}
}
