package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/domain/org"
	"pedigree/domain/trace/partnerview"
	"pedigree/format/dscsa"
	"pedigree/internal/courier"
)

const partnersPath = "/api/v1/partners"

func partnerCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "partner", Short: "Address book of trading partners: companies, sites, contacts, routes",
		Long: `Partner 0 is the organisation itself: its sites are the parties that its own
documents name. An entry is never overwritten, so that what was known on a day can
be shown later.`,
		Example: "  pedigree partner add 'Wholesaler (test)' --org wholesaler --role wholesaler\n  pedigree partner site 1 0614141000012 --name Dock --city Springfield --state IL --country US\n  pedigree partner list",
	}
	cmd.AddCommand(partnerListCommand(c), partnerShowCommand(c), partnerAddCommand(c), partnerNameCommand(c), partnerSiteCommand(c), partnerContactCommand(c), partnerRouteCommand(c), partnerRemoveCommand(c), partnerLoadCommand(c), partnerListsCommand(c), partnerMatchCommand(c), partnerCheckCommand(c), partnerWasCommand(c))
	return cmd
}

func partnerListCommand(c *cli) *cobra.Command {
	var role, member string
	cmd := &cobra.Command{
		Use: "list [TEXT]", Short: "List the partners; TEXT: those with it in a name, a city or a GLN", Args: cobra.MaximumNArgs(1),
		Example: "  pedigree partner list springfield --role wholesaler",
		RunE: func(cmd *cobra.Command, args []string) error {
			q := url.Values{"role": {role}, "org": {member}, "text": args}
			for name := range q {
				if q.Get(name) == "" {
					q.Del(name)
				}
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			list := []partnerview.Partner{}
			if err := n.Get(cmd.Context(), partnersPath+"?"+q.Encode(), &list); err != nil {
				return err
			}
			return c.out.result(list, func(w io.Writer) {
				for _, p := range list {
					fmt.Fprintf(w, "%4d  %-16s %-24s %-8s %s\n", p.ID, p.Org, p.Roles, counted(len(p.Sites), "site", "sites"), p.Name)
				}
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "only those with this role")
	cmd.Flags().StringVar(&member, "org", "", "only the one with this id on the ledger")
	return cmd
}

func partnerShowCommand(c *cli) *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show one partner", Args: cobra.ExactArgs(1),
		Example: "  pedigree partner show 1 --at 2026-03-05T12:00:00Z",
		RunE: func(cmd *cobra.Command, args []string) error {
			q := url.Values{}
			if at != "" {
				q.Set("at", at)
			}
			n, err := c.node()
			if err != nil {
				return err
			}
			var p partnerview.Partner
			if err := n.Get(cmd.Context(), partnersPath+"/"+url.PathEscape(args[0])+"?"+q.Encode(), &p); err != nil {
				return err
			}
			return c.partner(p)
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "as it was known then, such as 2026-03-05T12:00:00Z (default: now)")
	return cmd
}

func (c *cli) partner(p partnerview.Partner) error {
	return c.out.result(p, func(w io.Writer) { printPartner(w, p) })
}

func printPartner(w io.Writer, p partnerview.Partner) {
	fmt.Fprintf(w, "%d: %s\n", p.ID, strings.Join(nonEmpty(p.Name, p.Org, p.Roles.String()), ", "))
	for _, s := range p.Sites {
		a := s.Address
		fmt.Fprintf(w, "  site %s  %s\n", s.GLN, strings.Join(nonEmpty(s.Name, s.Use, a.Street1, a.Street2, a.City, a.Postal, s.Region(), s.Zone), ", "))
		if s.Facility != "" {
			fmt.Fprintf(w, "    facility %s\n", s.Facility)
		}
	}
	for _, k := range p.Contacts {
		fmt.Fprintf(w, "  for %s  %s\n", k.Purpose, strings.Join(nonEmpty(k.Name, k.Email, k.Phone), ", "))
	}
	for _, r := range p.Routes {
		fmt.Fprintf(w, "  %s by %s  %s\n", r.Purpose, r.Way, strings.Join(nonEmpty(string(r.Format), r.Address, r.Credential), ", "))
	}
}

func nonEmpty(list ...string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// detailFlags are those of what an entry says beside its parts.
func detailFlags(cmd *cobra.Command) func(name string) (any, error) {
	member := cmd.Flags().String("org", "", "its id on the ledger, if it is a member")
	role := cmd.Flags().String("role", "", "what it is, with commas, such as wholesaler,logistics")
	return func(name string) (any, error) {
		var roles org.Roles
		if err := roles.UnmarshalText([]byte(*role)); err != nil {
			return nil, failWith(exitUsage, "", err)
		}
		return map[string]any{"name": name, "org": *member, "roles": roles}, nil
	}
}

func partnerAddCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Enter a partner", Args: cobra.ExactArgs(1),
		Example: "  pedigree partner add 'Wholesaler (test)' --org wholesaler --role wholesaler",
	}
	details := detailFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in, err := details(args[0])
		if err != nil {
			return err
		}
		return c.keepPartner(cmd, partnersPath, in)
	}
	return cmd
}

func partnerNameCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use: "name ID NAME", Short: "Change a partner's name, id and roles; ID 0: those of the organisation itself", Args: cobra.ExactArgs(2),
		Example: "  pedigree partner name 0 'Pharmacy (test)' --org pharmacy --role dispenser",
	}
	details := detailFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in, err := details(args[1])
		if err != nil {
			return err
		}
		return c.keepPartner(cmd, partnersPath+"/"+url.PathEscape(args[0]), in)
	}
	return cmd
}

// keepPartner sends a change and shows what the entry is then.
func (c *cli) keepPartner(cmd *cobra.Command, path string, in any) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	var p partnerview.Partner
	if err := n.Post(cmd.Context(), path, in, &p); err != nil {
		return err
	}
	return c.partner(p)
}

func partnerSiteCommand(c *cli) *cobra.Command {
	var s partnerview.Site
	cmd := &cobra.Command{
		Use: "site ID GLN", Short: "Enter a site of a partner, or put this in place of what its entry says", Args: cobra.ExactArgs(2),
		Example: "  pedigree partner site 1 0614141000012 --name Dock --street '1 Example Street' --city Springfield --state IL --postal 62701 --country US --zone America/Chicago --facility 123456789",
		RunE: func(cmd *cobra.Command, args []string) error {
			s.GLN = args[1]
			return c.keepPartner(cmd, partnersPath+"/"+url.PathEscape(args[0])+"/sites", s)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&s.Name, "name", "", "name of the place; the partner's without one")
	fl.StringVar(&s.Use, "use", "", "ship-to or bill-to; both without it")
	fl.StringVar(&s.Address.Street1, "street", "", "street and number")
	fl.StringVar(&s.Address.Street2, "street2", "", "second line of it")
	fl.StringVar(&s.Address.City, "city", "", "city")
	fl.StringVar(&s.Address.State, "state", "", "the part of ISO 3166-2 after the hyphen, such as IL")
	fl.StringVar(&s.Address.Postal, "postal", "", "postal code")
	fl.StringVar(&s.Address.Country, "country", "", "ISO 3166-1, two letters")
	fl.StringVar(&s.Zone, "zone", "", "time zone of the place, such as America/Chicago (default: UTC)")
	fl.StringVar(&s.Calendar, "calendar", "", "holiday list of the place")
	fl.StringVar(&s.Facility, "facility", "", "number under which lists have the place: DUNS, FEI or its licence's")
	return cmd
}

func partnerContactCommand(c *cli) *cobra.Command {
	var k partnerview.Contact
	cmd := &cobra.Command{
		Use: "contact ID PURPOSE", Short: "Enter whom to ask at a partner, for exceptions, recalls or orders", Args: cobra.ExactArgs(2),
		Example: "  pedigree partner contact 1 exceptions --email exceptions@wholesaler.example",
		RunE: func(cmd *cobra.Command, args []string) error {
			k.Purpose = args[1]
			return c.keepPartner(cmd, partnersPath+"/"+url.PathEscape(args[0])+"/contacts", k)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&k.Name, "name", "", "who it is")
	fl.StringVar(&k.Email, "email", "", "e-mail address")
	fl.StringVar(&k.Phone, "phone", "", "telephone number")
	return cmd
}

func partnerRouteCommand(c *cli) *cobra.Command {
	var r partnerview.Route
	var format string
	cmd := &cobra.Command{
		Use: "route ID PURPOSE WAY [ADDRESS]", Short: "Enter how documents reach a partner", Args: cobra.RangeArgs(3, 4),
		Long: `PURPOSE is ti or exceptions; WAY is node, https, capture (the capture
interface of an EPCIS 2.0 repository), sftp, folder or hand. The address is the
partner's id on the ledger, a URL, or a folder. What leaves by the route is written
in its format, but for what goes to a node, which reads each. An address in this node's own
network is refused, unless the configuration says that partners meet there.`,
		Example: "  pedigree partner route 1 ti node wholesaler --format EPCIS2.0\n  pedigree partner route 2 ti sftp sftp://files.partner.example/in --format R1.3 --credential partner-files",
		RunE: func(cmd *cobra.Command, args []string) error {
			r.Purpose, r.Way, r.Format = args[1], args[2], dscsa.Version(format)
			if len(args) == 4 {
				r.Address = args[3]
			}
			err := c.keepPartner(cmd, partnersPath+"/"+url.PathEscape(args[0])+"/routes", r)
			if err == nil && (r.Way == courier.WayHTTPS || r.Way == courier.WayCapture) && r.Credential == "" {
				c.out.say("this route has no credential: the partner's server is shown nothing that tells it who sends. If it asks for a token, name one with --credential.")
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", string(dscsa.EPCIS2), "R1.2, R1.3, EPCIS2.0 or EPCIS2.0-XML")
	cmd.Flags().StringVar(&r.Credential, "credential", "", "name of a credential in the configuration, never the credential")
	return cmd
}

func partnerRemoveCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "remove ID [sites|contacts|routes NAME]", Short: "Remove a partner, or its site, contact or route", Args: cobra.MatchAll(cobra.RangeArgs(1, 3), oddArgs),
		Example: "  pedigree partner remove 1 routes exceptions\n  pedigree partner remove 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := c.node()
			if err != nil {
				return err
			}
			path := partnersPath
			for _, part := range args {
				path += "/" + url.PathEscape(part)
			}
			if err := n.Delete(cmd.Context(), path); err != nil {
				return err
			}
			return c.out.result(map[string]string{"removed": strings.Join(args, " ")}, func(w io.Writer) { fmt.Fprintf(w, "removed: %s\n", strings.Join(args, " ")) })
		},
	}
}

// oddArgs wants a part's kind and its name, or neither.
func oddArgs(_ *cobra.Command, args []string) error {
	if len(args) == 2 {
		return failWith(exitUsage, "", fmt.Errorf("name what of the %s is removed, such as a GLN or a purpose", args[1]))
	}
	return nil
}
