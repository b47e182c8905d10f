package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pedigree/domain/org/orgview"
	"pedigree/internal/crash"
	"pedigree/internal/tenant"
	"pedigree/internal/tryfile"
)

// How a node looks after the organisations that it hosts.
const (
	// hostedMax is how many organisations a node hosts at most.
	hostedMax = 10_000
	// scanEvery is how soon an organisation that was added is served.
	scanEvery = time.Second
	// visitEvery is how often each organisation is opened to follow the ledger,
	// though nobody asks for it.
	visitEvery = 10 * time.Minute
)

// hosting is what a node does for the organisations that it hosts.
type hosting struct {
	r    *running
	pool *tenant.Pool[*office]
	news *news
	// asked bounds how many offices are opened for secrets that may be wrong.
	asked   *rate.Limiter
	copying sync.Mutex // of the host's store, by backUpFirst

	mu     sync.Mutex
	orgs   map[string]*hostedOrg
	owners map[[32]byte]string // by the SHA-256 of their access tokens

	closing chan struct{}
	done    sync.WaitGroup
}

// hostedOrg is one organisation that the node hosts, whether it is open or not.
type hostedOrg struct {
	home  home
	card  card
	quota tenant.Quota
	rate  *rate.Limiter // nil without a limit
	token [32]byte      // SHA-256 of its access token

	mail     hostedMail
	ways     hostedWays
	anchored time.Time // when its audit trail was last seen to; the looker's alone
}

// openHosting reads who is hosted and begins to follow the ledger for them.
func openHosting(r *running, openMax int) (*hosting, error) {
	s := &hosting{r: r, orgs: map[string]*hostedOrg{}, owners: map[[32]byte]string{}, closing: make(chan struct{}), asked: rate.NewLimiter(askedEach, askedBurst)}
	var err error
	s.pool, err = tenant.New(tenant.Config[*office]{Open: s.open, Close: s.shut, OpenMax: openMax})
	if err != nil {
		return nil, err
	}
	if err := s.scan(); err != nil {
		return nil, err
	}
	if s.news, err = readNews(r.node.Engine()); err != nil {
		return nil, err
	}
	r.access.HostFor(r.org, s.accessOf)
	s.done.Go(s.look)
	return s, nil
}

// scan reads the folder of hosted organisations. What is there already stays as it
// is but for its quota; one that can't be read is told of and keeps no other out.
func (s *hosting) scan() error {
	list, err := os.ReadDir(filepath.Join(s.r.home.dir, orgsFolder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("couldn't list the organisations hosted here: %w", err)
	}
	seen := map[string]bool{}
	for _, e := range list {
		org := e.Name()
		h := s.r.home.hosted(org)
		if tenant.CheckName(org) != nil || !fileExists(h.card()) || fileExists(h.leaving()) || len(seen) == hostedMax {
			continue
		}
		seen[org] = true
		if err := s.take(org, h); err != nil {
			s.r.log.Error("couldn't serve a hosted organisation", "org", org, "error", err)
		}
	}
	return s.dropOthers(seen)
}

// take begins to serve an organisation, or reads its quota again.
func (s *hosting) take(org string, h home) error {
	quota, err := readQuota(h)
	if err != nil {
		return err
	}
	s.mu.Lock()
	o, known := s.orgs[org]
	if known && o.quota != quota {
		o.setQuota(quota)
	}
	s.mu.Unlock()
	if known {
		return nil
	}
	o = &hostedOrg{home: h}
	if o.card, err = readCard(h.card()); err != nil {
		return err
	}
	if o.card.Member.ID != org || org == s.r.org {
		return fmt.Errorf("the card in %s is that of %q", h.dir, o.card.Member.ID)
	}
	secret, err := s.secrets(h)
	if err != nil {
		return err
	}
	token, err := secret.token()
	if err != nil {
		return err
	}
	o.token = sha256.Sum256([]byte(token))
	o.setQuota(quota)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orgs[org], s.owners[o.token] = o, org
	return nil
}

// setQuota puts a quota in force.
func (o *hostedOrg) setQuota(q tenant.Quota) {
	o.quota, o.rate = q, nil
	if q.RequestsPerMinute > 0 {
		o.rate = rate.NewLimiter(rate.Limit(q.RequestsPerMinute)/60, q.RequestsPerMinute)
	}
}

// dropOthers ends the service of organisations that are not in the folder any more.
func (s *hosting) dropOthers(seen map[string]bool) error {
	s.openLeaving(seen)
	s.mu.Lock()
	var gone []string
	for org, o := range s.orgs {
		if !seen[org] {
			gone = append(gone, org)
			delete(s.orgs, org)
			delete(s.owners, o.token)
		}
	}
	s.mu.Unlock()
	var errs []error
	for _, org := range gone {
		ctx, cancel := context.WithTimeout(context.Background(), scanEvery)
		errs = append(errs, s.pool.Release(ctx, org))
		cancel()
	}
	return errors.Join(errs...)
}

// openLeaving opens the offices of those who leave, so that there is something to shut.
func (s *hosting) openLeaving(seen map[string]bool) {
	s.mu.Lock()
	var list []string
	for org, o := range s.orgs {
		if !seen[org] && fileExists(o.home.leaving()) {
			list = append(list, org)
		}
	}
	s.mu.Unlock()
	for _, org := range list {
		if _, leave, err := s.pool.Acquire(context.Background(), org); err == nil {
			leave()
		} else {
			s.r.log.Error("couldn't open the office of an organisation that leaves", "org", org, "error", err)
		}
	}
}

// secrets are a hosted organisation's, opened with this node's.
func (s *hosting) secrets(h home) (secrets, error) {
	its := h.keyStore()
	return its, its.UnlockUnder(s.r.secrets.Store)
}

// owner tells whose access token has this SHA-256.
func (s *hosting) owner(token [32]byte) (org string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	org, known = s.owners[token]
	return org, known
}

func (s *hosting) find(org string) (*hostedOrg, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.orgs[org]; o != nil {
		return o, nil
	}
	return nil, tenant.NotHere(org)
}

// open opens an organisation's office.
func (s *hosting) open(ctx context.Context, org string) (*office, error) {
	o, err := s.find(org)
	if err != nil {
		return nil, err
	}
	secret, err := s.secrets(o.home)
	if err != nil {
		return nil, err
	}
	sign, err := s.r.signer(secret, org)
	if err != nil {
		return nil, err
	}
	desk, err := newDesk(context.WithoutCancel(ctx), s.r, o.home, secret, o.card)
	if err != nil {
		return nil, fmt.Errorf("couldn't open what is kept of %s: %w", org, err)
	}
	if err := s.ownAccess(context.WithoutCancel(ctx), org, desk.vault); err != nil {
		return nil, errors.Join(err, desk.vault.Close())
	}
	crash.At(crash.HostedOpened)
	desk.followWith(s.news, s.r.log)
	desk.mail.Start()
	desk.ways.Start()
	acts := &orgview.Acts{Chain: apiLedger{Node: s.r.node, org: org}, Sign: sign, Now: time.Now}
	return &office{org: org, name: o.card.Member.Name, home: o.home, desk: desk, acts: acts, host: s.r.org, advertise: s.r.advertised()}, nil
}

// shut closes an office. Of an organisation which is leaving it ends the sessions, now
// that nobody is in it any more.
func (s *hosting) shut(o *office) error {
	// Its inlets were looked at since it was opened, which the visit at that moment can't count.
	if err := s.countWays(context.Background(), o); err != nil {
		s.r.log.Warn("couldn't count the ways of a hosted organisation that is closed", "org", o.org, "error", err)
	}
	err := o.desk.stopFolding()
	if fileExists(o.home.leaving()) {
		err = errors.Join(err, o.home.endAccess(context.Background(), o.desk.vault, o.org))
	}
	return errors.Join(err, o.desk.close())
}

// enter opens the office of a hosted organisation for one request.
func (s *hosting) enter(req *http.Request, org string) (*office, func(), error) {
	o, err := s.find(org)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	quota, limit := o.quota, o.rate
	s.mu.Unlock()
	if limit != nil && !limit.Allow() {
		return nil, nil, tenant.TooOften(org, quota)
	}
	office, leave, err := s.pool.Acquire(req.Context(), org)
	if err != nil {
		return nil, nil, err
	}
	err = office.desk.catchUp(req.Context())
	// Whose store is full can leave, and try files, of which nothing is kept.
	if err == nil && req.Method != http.MethodGet && req.Method != http.MethodHead && req.URL.Path != exportPath && !strings.HasPrefix(req.URL.Path, tryfile.Path) {
		err = office.withinQuota(req.Context(), quota)
	}
	if err != nil {
		leave()
		return nil, nil, err
	}
	return office, leave, nil
}

// withinQuota refuses a write of an organisation whose store is full.
func (o *office) withinQuota(ctx context.Context, q tenant.Quota) error {
	if q.StoreBytes == 0 {
		return nil
	}
	s, err := o.desk.vault.Stats(ctx)
	if err != nil {
		return err
	}
	if used := s.DatabaseBytes - s.FreeBytes + s.LogBytes; used >= q.StoreBytes {
		return tenant.Full(o.org, used, q)
	}
	return nil
}

// look serves what is added, closes what nobody uses, and visits everybody now and
// then, so that nobody's view is far behind the ledger.
func (s *hosting) look() {
	scan, visit := time.NewTicker(scanEvery), time.NewTicker(visitEvery)
	defer scan.Stop()
	defer visit.Stop()
	s.visitAll()
	for {
		select {
		case <-s.closing:
			return
		case <-scan.C:
			if err := errors.Join(s.scan(), s.pool.Sweep()); err != nil {
				s.r.log.Error("couldn't look after the hosted organisations", "error", err)
			}
		case <-visit.C:
			s.visitAll()
		}
	}
}

// visitAll opens each organisation, which takes up its unfinished work, and brings
// its view up to date.
func (s *hosting) visitAll() {
	s.mu.Lock()
	list := make([]string, 0, len(s.orgs))
	for org := range s.orgs {
		list = append(list, org)
	}
	s.mu.Unlock()
	for _, org := range list {
		select {
		case <-s.closing:
			return
		default:
		}
		office, leave, err := s.pool.Acquire(context.Background(), org)
		if err == nil {
			err = errors.Join(office.desk.catchUp(context.Background()), s.seeToTrail(context.Background(), office), s.countMail(context.Background(), office), s.countWays(context.Background(), office))
			if s.r.node.Hears(context.Background()) == nil {
				office.desk.tend(context.Background())
			}
			leave()
		}
		if err != nil {
			s.r.log.Error("couldn't visit a hosted organisation", "org", org, "error", err)
		}
	}
}

// seeToTrail keeps the head of a hosted organisation's audit trail on the ledger, under
// its own key, at most once in anchorEvery.
func (s *hosting) seeToTrail(ctx context.Context, of *office) error {
	o, err := s.find(of.org)
	if err != nil || time.Since(o.anchored) < anchorEvery || s.r.ready() != nil {
		return nil // it has left, or there is a next time
	}
	if member, err := s.r.isMember(of.org); err != nil || !member {
		return err
	}
	if err := s.checkStored(ctx, of); err != nil {
		return err
	}
	if err := s.r.anchorOnce(ctx, of, anchorWait); err != nil {
		return fmt.Errorf("couldn't put the hash of its audit trail on the ledger: %w", err)
	}
	o.anchored = time.Now()
	return nil
}

func (s *hosting) close() error {
	close(s.closing)
	s.done.Wait()
	err := s.pool.Close()
	s.news.close()
	return err
}

// readQuota reads what an organisation may use; without a file there is no limit.
func readQuota(h home) (tenant.Quota, error) {
	var q tenant.Quota
	raw, err := os.ReadFile(h.quota())
	if errors.Is(err, fs.ErrNotExist) {
		return q, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &q)
	}
	if err == nil {
		err = q.Validate()
	}
	if err != nil {
		return q, fmt.Errorf("couldn't read %s: %w; pedigree hosted quota writes it anew", h.quota(), err)
	}
	return q, nil
}

func fileExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
