package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the store behind the baseline

	"pedigree/bench/hostile"
	"pedigree/bench/trading"
	"pedigree/domain/trace/dockview"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
)

// Two clerks scan, each one thing after another and at most one in a pace: some thirty
// times as fast as people, and below the rate at which a node serves one principal.
const (
	dockClerks = 2
	dockPace   = 25 * time.Millisecond
)

// dockSection has two clerks empty a pallet pack by pack and receive it, over HTTP, and
// beside it a program that only keeps what it is sent.
func dockSection(ctx context.Context, b *bench) (list []figure, err error) {
	dir, err := b.folder()
	if err != nil {
		return nil, err
	}
	program, err := hostile.Build(ctx, dir)
	if err != nil {
		return nil, err
	}
	pair, err := trading.Found(ctx, trading.Config{Program: program, Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pair.Stop()) }()
	bare, err := newKeeper(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	goods := dockGoods(b.size.dockCases)
	dock, came, opened, err := openDock(ctx, pair, goods)
	if err != nil {
		return nil, err
	}
	first, packs, err := dockScans(goods)
	if err != nil {
		return nil, err
	}
	if _, err := dock.Clerks(ctx, dockPace, first); err != nil { // the broken seals
		return nil, err
	}
	scans, err := dock.Clerks(ctx, dockPace, packs[:len(packs)/2], packs[len(packs)/2:])
	if err != nil {
		return nil, err
	}
	b.say("%d scans of %d packs, %d bytes asked, %d answered", len(scans.Took), goods.Packs(), len(scans.Asked), len(scans.Answer))
	kept, err := bare.clerks(ctx, len(packs), scans.Asked, len(scans.Answer))
	if err != nil {
		return nil, err
	}
	finished, err := dock.Finish(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := bare.rows(goods.Objects())
	if err != nil {
		return nil, err
	}
	at := func(took []time.Duration, percent int) sample { return sample{milliseconds(percentile(took, percent))} }
	return []figure{
		{
			name: "a scan answered, p50", got: at(scans.Took, 50), base: at(kept, 50), unit: "ms",
			note: fmt.Sprintf("%s packs of one pallet, in cases found open, scanned by %d clerks, each at most one in %v; the baseline is a program that keeps the same bytes as a row of an SQLite table, on the disk before it answers as many", number(float64(len(scans.Took))), dockClerks, dockPace),
		},
		{name: "a scan answered, p95", got: at(scans.Took, 95), base: at(kept, 95), unit: "ms"},
		{name: "a scan answered, p99", got: at(scans.Took, 99), base: at(kept, 99), unit: "ms"},
		{name: "the pallet's file, from upload until it lies before the receiver", got: sample{came.Seconds()}, unit: "s"},
		{name: "the session opened", got: sample{opened.Seconds()}, unit: "s"},
		{
			name: "the session finished, until the pallet is received on the ledger", got: sample{finished.Seconds()}, base: sample{rows.Seconds()}, unit: "s",
			note: "the baseline writes as many rows of the size of a stock row in one transaction",
		},
	}, nil
}

// dockGoods is one pallet of so many cases of 40 packs.
func dockGoods(cases int) epcistest.Shipment {
	now := time.Now().UTC()
	s := epcistest.Defaults()
	s.Pallets, s.CasesPerPallet, s.PacksPerCase = 1, cases, fullPallet.Packs
	s.Made, s.Shipped, s.Expiry = now.AddDate(0, -1, 0), now.Add(-time.Hour), now.AddDate(2, 0, 0).Format(time.DateOnly)
	s.FirstSerial, s.Order, s.Delivery = 1, "PO-1", "DEL-1"
	return s
}

// openDock brings the goods before the receiver and opens a session; both are timed.
func openDock(ctx context.Context, pair *trading.Pair, goods epcistest.Shipment) (dock *trading.Dock, came, opened time.Duration, err error) {
	var doc bytes.Buffer
	if err := errors.Join(goods.WriteXML(&doc), pair.Keys(ctx, goods.Pallets)); err != nil {
		return nil, 0, 0, err
	}
	began := time.Now()
	delivery, err := pair.Deliver(ctx, "dock.xml", &doc)
	if err != nil {
		return nil, 0, 0, err
	}
	came = time.Since(began)
	began = time.Now()
	dock, err = pair.OpenDock(ctx, delivery)
	return dock, came, time.Since(began), err
}

// dockScans are the scans of what is open, the pallet and its cases, and of every pack as
// a reader reads its symbol.
func dockScans(goods epcistest.Shipment) (open, packs []dockview.Scan, err error) {
	open = append(open, dockview.Scan{Raw: goods.Pallet(0), What: "open"})
	for n := range goods.CasesPerPallet {
		open = append(open, dockview.Scan{Raw: goods.Case(n), What: "open"})
	}
	for n := range goods.Packs() {
		path, err := gs1.AppendPathFromURN(nil, goods.Pack(n))
		if err != nil {
			return nil, nil, err
		}
		parts := strings.Split(string(path), "/") // "", 01, GTIN, 21, serial
		raw := fmt.Sprintf("]d201%s21%s\x1d17%s10%s", parts[2], parts[4], strings.ReplaceAll(goods.Expiry, "-", "")[2:], goods.Lot)
		packs = append(packs, dockview.Scan{Raw: raw})
	}
	return open, packs, nil
}

// keeper is the baseline: it keeps what it is sent, on the disk, and answers.
type keeper struct {
	db     *sql.DB
	server *httptest.Server
	answer []byte
}

func newKeeper(dir string) (*keeper, error) {
	path := "file:" + filepath.ToSlash(filepath.Join(dir, "keeper.db")) + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, fmt.Errorf("couldn't open the baseline's store: %w", err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE scan (n INTEGER PRIMARY KEY, text BLOB NOT NULL)`); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't make the baseline's table: %w", err), db.Close())
	}
	k := &keeper{db: db}
	k.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err == nil {
			_, err = db.ExecContext(r.Context(), `INSERT INTO scan (text) VALUES (?)`, text)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(k.answer)
	}))
	return k, nil
}

func (k *keeper) stop() error {
	k.server.Close()
	return k.db.Close()
}

// clerks send so many scans, as those of the section do.
func (k *keeper) clerks(ctx context.Context, n int, asked []byte, answered int) (took []time.Duration, err error) {
	k.answer = make([]byte, answered)
	var mu sync.Mutex
	var working sync.WaitGroup
	errs := make([]error, dockClerks)
	for c := range dockClerks {
		working.Go(func() {
			tick := time.NewTicker(dockPace)
			defer tick.Stop()
			for range n / dockClerks {
				<-tick.C
				began := time.Now()
				if errs[c] = k.send(ctx, asked); errs[c] != nil {
					return
				}
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	working.Wait()
	return took, errors.Join(errs...)
}

func (k *keeper) send(ctx context.Context, asked []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, k.server.URL, bytes.NewReader(asked))
	if err != nil {
		return err
	}
	res, err := k.server.Client().Do(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if res.StatusCode != http.StatusOK {
		err = errors.Join(err, fmt.Errorf("the baseline answered %s", res.Status))
	}
	return errors.Join(err, res.Body.Close())
}

// rows writes so many rows in one transaction.
func (k *keeper) rows(n int) (time.Duration, error) {
	row := make([]byte, stockRowBytes)
	began := time.Now()
	tx, err := k.db.Begin()
	if err != nil {
		return 0, err
	}
	insert, err := tx.Prepare(`INSERT INTO scan (text) VALUES (?)`)
	for range n {
		if err == nil {
			_, err = insert.Exec(row)
		}
	}
	if err != nil {
		return 0, errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	return time.Since(began), nil
}

// stockRowBytes is about what a stock row holds.
const stockRowBytes = 200
