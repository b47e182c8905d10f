package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pedigree/client"
	"pedigree/internal/engine"
	"pedigree/internal/freeport"
	"pedigree/internal/keys"
)

// company is one organisation of the demonstration: a process, a home, keys, a
// private store and, but for the maker's second system, a validator of its own.
type company struct {
	id, name, role string
	gln, prefix    string
	home           home
	process        *exec.Cmd
	exited         chan error
	node           *client.Client
	url            string
}

// The demonstration's companies. Their names say what they are; the GS1 prefixes
// and numbers are made up and belong to nobody here.
func demoCompanies(dir string) []*company {
	list := []*company{
		{id: "maker", name: "Maker (demonstration)", role: "manufacturer", gln: "0399991000015", prefix: "0399991"},
		{id: "wholesaler", name: "Wholesaler (demonstration)", role: "wholesaler", gln: "0614141000012", prefix: "0614141"},
		{id: "pharmacy", name: "Pharmacy (demonstration)", role: "dispenser", gln: "0860001000009", prefix: "0860001"},
		{id: "regulator", name: "Regulator (demonstration)", role: "regulator", gln: "0880005000003", prefix: ""},
	}
	for _, c := range list {
		c.home = home{filepath.Join(dir, c.id)}
	}
	return list
}

// readyWait is how long a node of the demonstration may take to start.
const readyWait = 60 * time.Second

// demoNet is the running demonstration.
type demoNet struct {
	dir       string
	companies []*company
	second    *company // the maker's second system: its organisation key, a store of its own
	program   string   // path of this program
}

// of returns the company with an id.
func (d *demoNet) of(id string) *company {
	for _, c := range d.companies {
		if c.id == id {
			return c
		}
	}
	panic("the demonstration has no company " + id)
}

// setUp makes homes, cards and the founding file as four companies would.
func (d *demoNet) setUp(now time.Time) error {
	var cards []card
	for _, co := range d.companies {
		crd, err := co.init(now)
		if err != nil {
			return fmt.Errorf("couldn't set up %s: %w", co.id, err)
		}
		cards = append(cards, crd)
	}
	if err := d.of("maker").configure("ways:\n  outlets:\n    - {name: to-clinic, folder: %q}\n", d.clinicFolder()); err != nil {
		return err
	}
	f, err := found(fmt.Sprintf(demoChain+"%d", now.Unix()), engine.LAN, now, cards)
	if err != nil {
		return err
	}
	if err := writeJSONFile(filepath.Join(d.dir, "founding.json"), f); err != nil {
		return err
	}
	crd, err := d.setUpSecond(now, cards[0])
	if err != nil {
		return fmt.Errorf("couldn't set up the maker's second system: %w", err)
	}
	for _, co := range append(d.companies, d.second) {
		verb := &cli{out: silentOutput(), home: co.home.dir}
		if err := verb.join(f, append(cards, crd)); err != nil {
			return fmt.Errorf("couldn't join %s: %w", co.id, err)
		}
	}
	return nil
}

// setUpSecond makes the home of the maker's second system: a node that is no
// validator, with the organisation's key and a private store of its own.
func (d *demoNet) setUpSecond(now time.Time, maker card) (card, error) {
	first := d.of("maker")
	second := *first
	second.home = home{filepath.Join(d.dir, "maker-second-system")}
	d.second = &second
	crd, err := second.init(now)
	if err != nil {
		return card{}, err
	}
	key, err := first.home.keyStore().Read(keys.Organisation)
	if err != nil {
		return card{}, err
	}
	crd.Member = maker.Member
	own := filepath.Join(second.home.dir, keys.Organisation.PlainFile())
	if err := errors.Join(os.WriteFile(own, key, 0o600), os.Remove(second.home.card())); err != nil {
		return card{}, err
	}
	return crd, writeJSONFile(second.home.card(), crd)
}

// init sets up one company's home on free ports.
func (co *company) init(now time.Time) (card, error) {
	p2p, err := freeport.Address()
	if err != nil {
		return card{}, err
	}
	api, err := freeport.Address()
	if err != nil {
		return card{}, err
	}
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	f := initFlags{
		id: co.id, name: co.name, roles: co.role, gln: co.gln, listen: p2p, api: api, validator: true,
		licences: []string{fmt.Sprintf("%s:US:DEMO-%s:%s:%s", co.role, strings.ToUpper(co.id), day(now.AddDate(-1, 0, 0)), day(now.AddDate(2, 0, 0)))},
	}
	if co.prefix != "" {
		f.prefixes = []string{co.prefix}
	}
	verb := &cli{out: silentOutput(), home: co.home.dir}
	if err := verb.init(f); err != nil {
		return card{}, err
	}
	if err := co.takeDeliveries(); err != nil {
		return card{}, err
	}
	return readCard(co.home.card())
}

// takeDeliveries has the node take its partners' deliveries, on this machine alone.
func (co *company) takeDeliveries() error {
	address, err := freeport.Address()
	if err != nil {
		return err
	}
	return co.configure("exchange:\n  listen: %s\n  loopback: true\n", address)
}

// configure adds settings to the node's configuration.
func (co *company) configure(format string, args ...any) error {
	text, err := os.ReadFile(co.home.config())
	if err != nil {
		return err
	}
	return os.WriteFile(co.home.config(), fmt.Appendf(text, format, args...), 0o600)
}

func silentOutput() *output { return &output{data: io.Discard, words: io.Discard, quiet: true} }

// start runs every company's node and waits until all answer.
func (d *demoNet) start(ctx context.Context) error {
	for _, co := range d.companies {
		if err := co.start(d); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	for _, co := range d.companies {
		if err := co.waitReady(ctx, len(d.companies)-1); err != nil {
			return err
		}
	}
	return nil
}

func (co *company) start(d *demoNet) error {
	log, err := os.OpenFile(filepath.Join(co.home.dir, "node.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("couldn't open the log of %s: %w", co.id, err)
	}
	defer log.Close()
	co.process = exec.Command(d.program, "start", "--home", co.home.dir)
	co.process.Stdout, co.process.Stderr = log, log
	// A process group of its own: the terminal's interrupt goes to the demonstration,
	// which then stops its nodes in order. They end with it should it be killed.
	co.process.SysProcAttr = childAttributes()
	if err := co.process.Start(); err != nil {
		return fmt.Errorf("couldn't start %s: %w", co.id, err)
	}
	co.exited = make(chan error, 1)
	go func(p *exec.Cmd, done chan error) { done <- p.Wait() }(co.process, co.exited)
	return nil
}

// waitReady waits until the node answers, is connected and takes work.
func (co *company) waitReady(ctx context.Context, peers int) error {
	for {
		if err := co.connect(); err == nil {
			_, notReady := co.node.File(ctx, "/readyz")
			if s, err := co.node.Status(ctx); err == nil && notReady == nil && s.Peers >= peers {
				return nil
			}
		}
		select {
		case err := <-co.exited:
			co.exited <- err
			return fmt.Errorf("the node of %s ended while starting (%w); its log is %s", co.id, errors.Join(err, errEnded), filepath.Join(co.home.dir, "node.log"))
		case <-ctx.Done():
			return fmt.Errorf("the node of %s did not get ready in time: %w; its log is %s", co.id, ctx.Err(), filepath.Join(co.home.dir, "node.log"))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

var errEnded = errors.New("the process ended")

func (co *company) connect() error {
	raw, err := os.ReadFile(co.home.address())
	if err != nil {
		return err
	}
	token, err := co.home.accessToken()
	if err != nil {
		return err
	}
	co.url = "http://" + strings.TrimSpace(string(raw))
	co.node = client.New(co.url, token)
	return nil
}

// kill ends the process as a power cut of the program would.
func (co *company) kill() error {
	if err := co.process.Process.Kill(); err != nil {
		return fmt.Errorf("couldn't kill %s: %w", co.id, err)
	}
	<-co.exited
	return nil
}

// stop asks every node to end and waits.
func (d *demoNet) stop() error {
	all := d.companies
	if d.second != nil {
		all = append(all[:len(all):len(all)], d.second)
	}
	for _, co := range all {
		co.askToEnd()
	}
	var errs []error
	for _, co := range all {
		errs = append(errs, co.stop())
	}
	return errors.Join(errs...)
}

func (co *company) askToEnd() {
	if co.exited != nil {
		_ = co.process.Process.Signal(syscall.SIGTERM)
	}
}

// stopWait is how long a node may take to end.
const stopWait = 15 * time.Second

// stop asks one node to end and waits.
func (co *company) stop() error {
	if co.exited == nil {
		return nil
	}
	co.askToEnd()
	defer func() { co.exited = nil }()
	select {
	case err := <-co.exited:
		if err != nil {
			return fmt.Errorf("the node in %s: %w", co.home.dir, err)
		}
		return nil
	case <-time.After(stopWait):
		return errors.Join(fmt.Errorf("the node in %s did not end in time", co.home.dir), co.kill())
	}
}
