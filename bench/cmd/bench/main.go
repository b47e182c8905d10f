package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"pedigree/bench/fleet"
)

func main() {
	if fleet.IsChild() {
		os.Exit(fleet.Child())
	}
	if raiding() {
		return
	}
	if os.Getenv(streamVariable) != "" {
		if err := streamChild(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// run reads the flags and measures.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(out)
	only := flags.String("only", "", "sections to run, with commas: "+strings.Join(names(), ",")+" (default all)")
	short := flags.Bool("quick", false, "one short run of everything, in less than two minutes")
	page := flags.String("out", "", "page whose measured parts are rewritten, such as docs/bench.md")
	dir := flags.String("dir", "", "folder on the disk to measure (default: the system's for temporary files)")
	profile := flags.String("profile", "", "existing folder for processor profiles of the validators under load")
	if err := flags.Parse(args); err != nil {
		return err
	}
	list, err := chosen(*only)
	if err != nil {
		return err
	}
	b := &bench{size: full, profile: *profile, out: out}
	if *short {
		b.size = quick
	}
	if b.dir, err = os.MkdirTemp(*dir, "pedigree-bench-"); err != nil {
		return fmt.Errorf("couldn't make a folder to measure in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	return b.all(ctx, list, *page)
}

func (b *bench) all(ctx context.Context, list []section, page string) error {
	began := time.Now()
	about := machine(began)
	fmt.Fprintln(b.out, about)
	for _, s := range list {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped: %w", err)
		}
		m, err := b.measure(ctx, s)
		if err != nil {
			return err
		}
		b.say("%s; %s", m.others, m.took.Round(time.Second))
		if page == "" {
			continue
		}
		if err := writePage(page, s.name, m.text(about, b.size)); err != nil {
			return err
		}
	}
	fmt.Fprintf(b.out, "\n%s in all\n", time.Since(began).Round(time.Second))
	return nil
}

func names() []string {
	var list []string
	for _, s := range sections {
		list = append(list, s.name)
	}
	return list
}

// chosen picks sections by name, in their own order.
func chosen(only string) ([]section, error) {
	if only == "" {
		return sections, nil
	}
	asked := strings.Split(only, ",")
	for _, name := range asked {
		if !slices.Contains(names(), name) {
			return nil, fmt.Errorf("there is no section %q; they are %s", name, strings.Join(names(), ", "))
		}
	}
	var list []section
	for _, s := range sections {
		if slices.Contains(asked, s.name) {
			list = append(list, s)
		}
	}
	return list, nil
}
