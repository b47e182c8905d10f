package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/web/console"
)

func demoCommand(c *cli) *cobra.Command {
	var once bool
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run four companies on this machine and play a package's way from maker to pharmacy",
		Long: `A maker, a wholesaler, a pharmacy and a regulator: four processes, homes, keys,
private stores and validators on the loopback. The story ends with what went wrong
and how it was found out. Without --once the network stays up until Ctrl-C.`,
		Example: "  pedigree demo\n  pedigree demo --once --dir /tmp/pedigree-demo",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.demo(cmd.Context(), dir, once)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "tell the story and end")
	cmd.Flags().StringVar(&dir, "dir", "", "folder for the companies' homes and the files of the story (default: a new one in ./.demo)")
	return cmd
}

func (c *cli) demo(ctx context.Context, dir string, once bool) (err error) {
	if dir == "" {
		dir = filepath.Join(".demo", time.Now().Format("20060102-150405"))
	}
	dir, err = filepath.Abs(dir) // the nodes write there too
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return fmt.Errorf("couldn't make the demonstration's folder: %w", err)
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("couldn't find this program's own file: %w", err)
	}
	d := &demoNet{dir: dir, companies: demoCompanies(dir), program: program}
	began := time.Now()
	c.out.say("Four companies found a network in %s ...", dir)
	if err := d.setUp(began); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	if err := d.start(ctx); err != nil {
		return err
	}
	s := &story{net: d, out: c.out, ctx: ctx}
	if err := s.play(); err != nil {
		return fmt.Errorf("the demonstration stopped at step %d: %w", s.step, err)
	}
	return c.demoEnd(ctx, d, s, once, began)
}

// toConsole is the part of a sign-in address that goes on to a page of the console;
// empty when this program has none.
func toConsole(page string) string {
	if !console.Ready() {
		return ""
	}
	return "&next=" + url.QueryEscape(page)
}

// demoEnd prints what is left behind, and waits unless told not to.
func (c *cli) demoEnd(ctx context.Context, d *demoNet, s *story, once bool, began time.Time) error {
	type member struct {
		Org string `json:"org"`
		URL string `json:"url"`
		RSS int64  `json:"resident_bytes,omitempty"`
	}
	type answer struct {
		Dir     string         `json:"dir"`
		Bundle  string         `json:"bundle"`
		Page    string         `json:"page"`
		Trust   string         `json:"trust"`
		Facts   map[string]any `json:"facts"`
		Members []member       `json:"members"`
		People  []demoGuest    `json:"people"`
		Seconds float64        `json:"seconds"`
	}
	a := answer{Dir: d.dir, Bundle: s.bundle, Page: s.page, Trust: s.trust, Facts: s.facts, People: s.people, Seconds: time.Since(began).Seconds()}
	for _, co := range d.companies {
		token, err := co.home.accessToken()
		if err != nil {
			return err
		}
		a.Members = append(a.Members, member{co.id, co.url + "/login?token=" + token + toConsole("/console/"), residentBytes(co.process.Process.Pid)})
	}
	if c.out.json {
		if err := c.out.result(a, nil); err != nil {
			return err
		}
	}
	c.out.say("\nThe story took %.1f s.", a.Seconds)
	for _, m := range a.Members {
		if once { // nobody answers there any more
			m.URL = "ended"
		}
		c.out.say("  %-11s %s  (%d MB in memory)", m.Org, m.URL, m.RSS>>20)
	}
	if !once {
		c.out.say("Sign in as one of the people, each with something to do (the links work on this machine alone, for %s):", demoLinksFor)
		for _, p := range a.People {
			c.out.say("  %-22s %s\n  %-22s %s", p.Role, p.URL, "", p.First)
		}
		at, _, _ := strings.Cut(a.Members[2].URL, "&next=")
		pack := url.QueryEscape(s.lot.Pack(3))
		if console.Ready() {
			c.out.say("Scan a pack at the pharmacy: %s", at+toConsole("/console/scan?item="+pack))
		} else {
			c.out.say("Look a pack up at the pharmacy: %s", at+"&next="+url.QueryEscape("/?id="+pack))
		}
	}
	c.out.say("Check it yourself, with every node stopped:\n  pedigree verify %s --trust %s\n  or open %s in a browser", a.Bundle, a.Trust, a.Page)
	if once {
		return nil
	}
	c.out.say("The network runs until you press Ctrl-C.")
	<-ctx.Done()
	return nil
}
