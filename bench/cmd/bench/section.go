package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// section is one part of the table.
type section struct {
	name, title string
	run         func(ctx context.Context, b *bench) ([]figure, error)
}

var sections = []section{
	{"engine", "Entries on one and on four validators", engineSection},
	{"network", "Four validators on links of their own, whole and in part", networkSection},
	{"state", "State tree", stateSection},
	{"formats", "EPCIS documents and barcodes", formatsSection},
	{"capture", "Documents captured, durable and committed", captureSection},
	{"verdict", "The answer about one pack", verdictSection},
	{"shipment", "A shipment from one company to another", shipmentSection},
	{"large", "A large shipment from one company to another", largeSection},
	{"dock", "Goods received by scans", dockSection},
	{"proofs", "Receipts and provenance", proofsSection},
	{"memory", "Memory and start", memorySection},
	{"hostile", "Another client under attack", hostileSection},
	{"join", "A node joins", joinSection},
	{"hosting", "Hosted organisations", hostingSection},
}

// bench is one run of the program.
type bench struct {
	size    size
	dir     string // for stores and documents; removed at the end
	profile string // folder for processor profiles, or empty
	out     io.Writer
	folders int
}

// folder makes a fresh folder.
func (b *bench) folder() (string, error) {
	b.folders++
	path := filepath.Join(b.dir, fmt.Sprint(b.folders))
	if err := os.Mkdir(path, 0o700); err != nil {
		return "", fmt.Errorf("couldn't make a folder to measure in: %w", err)
	}
	return path, nil
}

// say tells what is being done.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.out, "  "+format+"\n", args...) }

// measured is a section's outcome.
type measured struct {
	section section
	figures []figure
	took    time.Duration
	others  string
}

// measure runs a section and notes how much the machine did besides.
func (b *bench) measure(ctx context.Context, s section) (measured, error) {
	fmt.Fprintf(b.out, "\n%s\n", s.title)
	before, ok := readBusy()
	began := time.Now()
	m := measured{section: s}
	var err error
	if m.figures, err = s.run(ctx, b); err != nil {
		return m, fmt.Errorf("couldn't measure %s: %w", s.name, err)
	}
	m.took = time.Since(began)
	m.others = "how much else ran meanwhile is not known here"
	if share, known := before.others(m.took, runtime.NumCPU()); ok && known {
		m.others = fmt.Sprintf("other programs took %.0f%% of the processors meanwhile", 100*share)
	}
	return m, printTable(b.out, m.figures)
}

// text is the section for the page.
func (m measured) text(machine string, s size) string {
	return fmt.Sprintf("Measured on %s. %s; %s.\n\n%s", machine, runsText(s.repeats), m.others, markdownTable(m.figures))
}

func runsText(n int) string {
	if n == 1 {
		return "One short run"
	}
	return fmt.Sprintf("Medians of %d runs", n)
}

// discard removes a folder that is not needed any more; what is left goes at the end.
func (b *bench) discard(dir string) { _ = os.RemoveAll(dir) }
