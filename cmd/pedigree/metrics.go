package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"time"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/auth"
	"pedigree/internal/care"
	"pedigree/internal/node"
	"pedigree/internal/obs"
)

// Limits of GET /metrics.
const (
	metricsWait     = 10 * time.Second // for the private store's figures
	metricsHeadWait = 5 * time.Second
)

// metrics are this node's figures. None names a person, a product or a partner.
func (r *running) metrics(ctx context.Context) []obs.Metric {
	ctx, cancel := context.WithTimeout(ctx, metricsWait)
	defer cancel()
	list := append(r.ledgerMetrics(), r.storeMetrics(ctx)...)
	list = append(list, r.mailMetrics(ctx)...)
	list = append(list, r.waysMetrics(ctx)...)
	list = append(list, r.homeMetrics()...)
	list = append(list, r.hosts.metrics(time.Now())...)
	list = append(list, r.witnessMetrics()...)
	list = append(list, r.accessMetrics(ctx)...)
	list = append(list, r.scrubMetrics()...)
	list = append(list, r.httpMetrics()...)
	return append(list, obs.Metric{
		Name: "pedigree_build_info", Help: "1, by the program's version.", Kind: obs.Gauge, Label: "version", Samples: []obs.Sample{{Label: version, Value: 1}},
	}, obs.One("pedigree_goroutines", obs.Gauge, "Tasks at work in the process.", float64(runtime.NumGoroutine())))
}

func (r *running) ledgerMetrics() []obs.Metric {
	s := r.node.Engine().Status()
	return []obs.Metric{
		obs.One("pedigree_up", obs.Gauge, "1 when the node takes work, 0 when GET /readyz says why not.", oneIf(r.ready() == nil)),
		obs.One("pedigree_height", obs.Gauge, "Last committed height.", float64(s.Height)),
		obs.One("pedigree_block_age_seconds", obs.Gauge, "Time since the last block; an idle network makes one each minute.", time.Since(time.Unix(int64(r.node.BlockTime()), 0)).Seconds()),
		obs.One("pedigree_peers", obs.Gauge, "Connected nodes.", float64(s.Peers)),
		obs.One("pedigree_peers_configured", obs.Gauge, "Nodes that the configuration names.", float64(r.peers)),
		obs.One("pedigree_catching_up", obs.Gauge, "1 while old blocks are taken from peers.", oneIf(s.CatchingUp)),
		obs.One("pedigree_consensus_round", obs.Gauge, "Round that consensus is in; above 0 for long means trouble.", float64(s.Round)),
		obs.One("pedigree_validators_missing", obs.Gauge, "Validators whose signature the last block lacks.", float64(s.Missing)),
		obs.One("pedigree_validator", obs.Gauge, "1 when this node's key is in the validator set.", oneIf(s.Validator)),
		obs.One("pedigree_validators_misbehaved", obs.Gauge, "Times that a block proved that a validator broke the rules of consensus, at most 1000.", float64(r.node.Misbehaved())),
		obs.One("pedigree_key_held", obs.Gauge, "1 while a restored consensus key signs nothing.", oneIf(r.node.Engine().Held())),
		obs.One("pedigree_signer_away", obs.Gauge, "1 while the host that holds the consensus key doesn't answer or can't be used; the node votes for nothing then.", oneIf(r.node.Engine().SignerFit() != nil)),
		obs.One("pedigree_envelopes_pending", obs.Gauge, "Envelopes that wait for a block here.", float64(s.MempoolTxs)),
		obs.One("pedigree_envelopes_pending_bytes", obs.Gauge, "Their size.", float64(s.MempoolBytes)),
		obs.One("pedigree_state_keys", obs.Gauge, "Keys in the committed state.", float64(r.node.Keys())),
		obs.ByLabel("pedigree_submits_total", obs.Counter, "Envelopes handed in here, by the code of the refusal or accepted.", "code", r.node.Submits()),
		obs.ByLabel("pedigree_entries_total", obs.Counter, "Envelopes in blocks, by the code with which they ended or accepted.", "code", r.node.Committed()),
	}
}

func (r *running) storeMetrics(ctx context.Context) []obs.Metric {
	v := r.desk.vault
	list := []obs.Metric{
		obs.One("pedigree_vault_failed", obs.Gauge, "1 when the private store takes no more writes.", oneIf(v.Err() != nil)),
		obs.One("pedigree_desk_failing", obs.Gauge, "Kinds of interrupted work that fail and are tried again.", float64(r.desk.failing.Load())),
		obs.One("pedigree_desk_retries_total", obs.Counter, "Failed attempts at such work.", float64(r.desk.retries.Load())),
	}
	s, err := v.Stats(ctx)
	f, wrong := traceview.ReadFigures(ctx, v)
	if err := errors.Join(err, wrong); err != nil {
		r.log.Warn("couldn't read the private store's figures", "error", err)
		return append(list, obs.One("pedigree_vault_readable", obs.Gauge, "0 when the private store's figures can't be read.", 0))
	}
	return append(list,
		obs.One("pedigree_vault_readable", obs.Gauge, "0 when the private store's figures can't be read.", 1),
		obs.One("pedigree_vault_database_bytes", obs.Gauge, "Size of the private store.", float64(s.DatabaseBytes)),
		obs.One("pedigree_vault_log_bytes", obs.Gauge, "Size of its write-ahead log.", float64(s.LogBytes)),
		obs.One("pedigree_vault_documents", obs.Gauge, "Documents in it.", float64(s.Documents)),
		obs.One("pedigree_vault_writes_total", obs.Counter, "Writes that succeeded.", float64(s.Writes)),
		obs.One("pedigree_vault_write_failures_total", obs.Counter, "Writes that failed or were undone.", float64(s.WritesFailed)),
		obs.One("pedigree_vault_write_seconds_total", obs.Counter, "Time spent in writes that succeeded.", s.WriteTime.Seconds()),
		obs.One("pedigree_outbox_waiting", obs.Gauge, "Envelopes of this organisation's work that the ledger has not judged.", float64(f.Waiting)),
		obs.One("pedigree_prekeys_unused", obs.Gauge, "Partners' receiving keys left: as many things can be shipped.", float64(f.Prekeys)),
		obs.One("pedigree_prekeys_least", obs.Gauge, "Fewest of them left of one partner; -1 when none gave any.", float64(f.Least)),
		obs.One("pedigree_recall_notices_age_seconds", obs.Gauge, "Age of the newest list of recall notices; -1 when none was loaded.", ageOf(f.Notices)),
		obs.ByLabel("pedigree_captures", obs.Gauge, "Captured documents by their stage.", "stage", f.Captures),
	)
}

func (r *running) homeMetrics() []obs.Metric {
	var list []obs.Metric
	if free, total, err := care.DiskFree(r.home.dir); err == nil {
		list = append(list, obs.One("pedigree_disk_free_bytes", obs.Gauge, "Room on the disk of the home.", float64(free)),
			obs.One("pedigree_disk_bytes", obs.Gauge, "Size of that disk.", float64(total)))
	}
	age := -1.0
	if note, found, err := r.home.readBackupNote(); err == nil && found {
		age = time.Since(note.Taken).Seconds()
	}
	return append(list, obs.One("pedigree_backup_age_seconds", obs.Gauge, "Time since the last backup was handed out; -1 when there is none.", age))
}

// accessMetrics tell whether somebody acted alone where two persons should, and whether
// the audit trail is on the ledger.
func (r *running) accessMetrics(ctx context.Context) []obs.Metric {
	at, err := r.access.BrokenAt(ctx)
	if err != nil {
		r.log.Warn("couldn't read the audit trail for the figures", "error", err)
		return nil
	}
	age := -1.0
	if !at.IsZero() {
		age = time.Since(at).Seconds()
	}
	waits := 0.0
	if root, err := r.anchored(r.org); err != nil {
		r.log.Warn("couldn't read the ledger for the figures", "error", err)
	} else if first, err := r.access.Unanchored(ctx, r.org, root); err != nil {
		r.log.Warn("couldn't read the audit trail for the figures", "error", err)
	} else if !first.IsZero() {
		waits = time.Since(first).Seconds()
	}
	return []obs.Metric{
		obs.One("pedigree_audit_unanchored_seconds", obs.Gauge, "Age of the oldest line of the audit trail that the hash on the ledger does not cover; 0 when it covers all.", waits),
		obs.One("pedigree_break_glass_age_seconds", obs.Gauge, "Time since the owner last acted alone where two persons should have permitted it; -1 when that never was.", age),
	}
}

// ageOf is the time since a moment in Unix seconds; -1 for none.
func ageOf(moment int) float64 {
	if moment < 0 {
		return -1
	}
	return time.Since(time.Unix(int64(moment), 0)).Seconds()
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// serveMetrics answers GET /metrics: to who has the token, and, at an address of
// its own, to anybody who reaches it.
func (r *running) serveMetrics(listen string) error {
	var always []obs.Label
	if node.IsDrill(r.node.ChainID()) {
		always = []obs.Label{{Name: "drill", Value: "yes"}} // so that no figure of a drill is added to real ones
	}
	answer := func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", obs.MetricsType)
		if err := obs.WriteMetrics(w, r.metrics(req.Context()), always...); err != nil {
			r.log.Debug("nobody took the metrics", "error", err)
		}
	}
	r.server.Handle("GET /metrics", auth.Watch, answer)
	if listen == "" {
		return nil
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("couldn't listen on %s: %w; choose another metrics.listen", listen, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", answer)
	r.monitor = &http.Server{Handler: mux, ReadHeaderTimeout: metricsHeadWait}
	go func() {
		if err := r.monitor.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			r.log.Error("the interface for monitoring ended", "error", err)
		}
	}()
	return nil
}
