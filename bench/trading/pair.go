package trading

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// Config says which program the companies run, and where they keep their homes.
type Config struct {
	Program string // path of the built pedigree
	Dir     string // existing folder
}

// Pair is a network of two companies, maker and wholesaler, whose nodes run.
type Pair struct {
	maker, wholesaler *company
	dir               string
	keys              int // files of receiving keys made so far
}

// Found founds the network, starts both nodes and opens their mailboxes.
func Found(ctx context.Context, c Config) (*Pair, error) {
	p := &Pair{dir: c.Dir}
	if err := p.found(ctx, c); err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't found a network of two: %w", err), p.Stop())
	}
	return p, nil
}

func (p *Pair) found(ctx context.Context, c Config) (err error) {
	if p.maker, err = newCompany(ctx, c.Program, c.Dir, makerIs); err != nil {
		return err
	}
	if p.wholesaler, err = newCompany(ctx, c.Program, c.Dir, wholesalerIs); err != nil {
		return err
	}
	founding := filepath.Join(c.Dir, "founding.json")
	cards := []string{filepath.Join(p.maker.home, "card.json"), filepath.Join(p.wholesaler.home, "card.json")}
	if _, err := p.maker.do(ctx, append([]string{"found"}, append(cards, "--chain-id", "pedigree-bench", "--out", founding)...)...); err != nil {
		return err
	}
	both := []*company{p.maker, p.wholesaler}
	for _, m := range both {
		if _, err := m.do(ctx, append([]string{"join", founding}, append(cards, "--home", m.home)...)...); err != nil {
			return err
		}
		if err := m.start(); err != nil {
			return err
		}
	}
	for _, m := range both {
		if err := m.waitReady(ctx); err != nil {
			return err
		}
	}
	for _, m := range both {
		if _, err := m.do(ctx, "exchange", "publish", "--home", m.home); err != nil {
			return err
		}
	}
	return nil
}

// ProcessorTime is what both nodes have taken of the processors so far.
func (p *Pair) ProcessorTime() (time.Duration, error) {
	a, err := processorTime(p.maker.process.Process.Pid)
	if err != nil {
		return 0, err
	}
	b, err := processorTime(p.wholesaler.process.Process.Pid)
	return a + b, err
}

// ForgetPeaks makes Peaks count from now on.
func (p *Pair) ForgetPeaks() error {
	return errors.Join(forgetPeak(p.maker.process.Process.Pid), forgetPeak(p.wholesaler.process.Process.Pid))
}

// Peaks are the most bytes of memory that the maker's and the wholesaler's node held.
func (p *Pair) Peaks() (maker, wholesaler int64, err error) {
	maker, first := peak(p.maker.process.Process.Pid)
	wholesaler, second := peak(p.wholesaler.process.Process.Pid)
	return maker, wholesaler, errors.Join(first, second)
}

// Stop ends both nodes.
func (p *Pair) Stop() error { return errors.Join(p.maker.stop(), p.wholesaler.stop()) }

// Keys hands the maker receiving keys of the wholesaler's for so many pallets.
func (p *Pair) Keys(ctx context.Context, n int) error {
	for ; n > 0; n -= keysAtOnce {
		p.keys++
		file := filepath.Join(p.dir, fmt.Sprintf("keys-%d.prekeys", p.keys))
		if _, err := p.wholesaler.do(ctx, "prekeys", "issue", "--for", makerIs.org, "--count", fmt.Sprint(min(n, keysAtOnce)), "--home", p.wholesaler.home, "--out", file); err != nil {
			return err
		}
		if _, err := p.maker.do(ctx, "prekeys", "import", file, "--home", p.maker.home); err != nil {
			return err
		}
	}
	return nil
}
