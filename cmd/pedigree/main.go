package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"pedigree/client"
)

// Set by the linker.
var version, commit, date = "dev", "unknown", "unknown"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], newOutput())
	stop()
	os.Exit(code)
}

// run carries out one command line and returns its exit code.
func run(ctx context.Context, args []string, out *output) int {
	c := &cli{out: out}
	root := c.root()
	root.SetArgs(args)
	root.SetOut(out.data)
	root.SetErr(out.words)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	code, hint := exitOf(err)
	if isUsage(err) {
		code, hint = exitUsage, "pedigree --help lists the verbs; pedigree VERB --help has examples"
	}
	var silent *quietExit
	if errors.As(err, &silent) {
		return silent.code
	}
	if slices.Contains(args, "--json") { // the parser may have stopped before it
		out.json = true
	}
	out.complain(err, code, hint)
	return code
}

// quietExit ends with a code after the answer was printed already.
type quietExit struct{ code int }

func (*quietExit) Error() string { return "" }

// isUsage recognises what the command-line parser refuses.
func isUsage(err error) bool {
	text := err.Error()
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "required flag", "accepts ", "requires at least", "invalid argument", "flag needs an argument"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// cli is what every verb shares.
type cli struct {
	out  *output
	home string
	api  string
}

func (c *cli) homeDir() home { return home{c.home} }

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "pedigree",
		Short:         "A shared, provable ledger for healthcare logistics",
		Long:          "pedigree runs one organisation's node and works with it. Every verb takes --json; exit codes:\n0 done or verified, 1 failed, 2 used wrongly, 3 not found, 4 checked and the answer is no,\n5 could not check, 6 refused by a rule, 130 interrupted.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
	}
	root.PersistentFlags().StringVar(&c.home, "home", defaultHome(), "folder of this node's configuration, keys and data")
	root.PersistentFlags().StringVar(&c.api, "api", "", "address of the node's HTTP interface (default: that of the node in --home)")
	root.PersistentFlags().BoolVar(&c.out.json, "json", false, "print one JSON document")
	root.PersistentFlags().BoolVar(&c.out.quiet, "quiet", false, "print no words beside the answer")
	root.AddCommand(c.verbs()...)
	for _, verb := range root.Commands() {
		if verb.HasSubCommands() {
			// Without this the parser takes any word after the noun for a wish for help.
			verb.Args, verb.RunE = cobra.NoArgs, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	return root
}

func defaultHome() string {
	if h := os.Getenv("PEDIGREE_HOME"); h != "" {
		return h
	}
	if dir, err := os.UserHomeDir(); err == nil {
		return filepath.Join(dir, ".pedigree")
	}
	return ".pedigree"
}

// node returns a client of the node in --home, or at --api.
func (c *cli) node() (*client.Client, error) {
	h := c.homeDir()
	token, err := h.accessToken()
	var known *failure
	if errors.As(err, &known) { // protected keys, and no passphrase for them
		return nil, err
	}
	if err != nil {
		return nil, failWith(exitUsage, "name the node's home with --home; pedigree init makes one", err)
	}
	addr := c.api
	if addr == "" {
		at := h
		if host, hosted := h.host(); hosted {
			at = host
		}
		raw, err := os.ReadFile(at.address())
		if err != nil {
			return nil, failWith(exitUnchecked, "start it with pedigree start --home "+h.dir, errors.New("the node in "+h.dir+" does not run"))
		}
		addr = strings.TrimSpace(string(raw))
	}
	if !strings.Contains(addr, "://") {
		addr = "http://" + addr
	}
	n := client.New(addr, token)
	if !strings.HasPrefix(addr, "https://") || c.api != "" {
		return n, nil
	}
	pinned, err := h.clientTLS()
	if err != nil {
		return nil, failWith(exitUsage, "api.tls.cert in pedigree.yaml names the file", err)
	}
	return n.Over(&http.Transport{TLSClientConfig: pinned, ForceAttemptHTTP2: true}), nil
}
