package vault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ServerState is what an examination found out about a server and what a vault may
// do there.
type ServerState struct {
	Place   string        // for people
	Answer  time.Duration // of the quickest of some questions
	Version string
	Broken  []string // promises that the server doesn't keep, each with its need

	Remote     bool   // it is on another machine
	TLS        string // the version, or empty
	NamesMatch bool   // the certificate's name is compared with the URL's

	User      string
	Superuser bool
	MayMake   bool   // make the vault's schema
	Schema    string // of the vault
	IsThere   bool   // the schema is
	MayUse    bool   // use and add to the schema
	Foreign   string // a table there that isn't the user's, or empty
	Amcheck   bool   // may use it

	ClockAhead time.Duration // the server's clock, of this machine's

	Own    int64 // connections that nodes of this user have
	Free   int64 // connections that are left for the user
	Wanted int64 // connections that one node takes at most

	Limits []string // time-outs that aren't as a connection asked for
}

// ExamineServer asks a server what a node with a vault of this name would meet
// there. It changes nothing, and takes 20 seconds at most.
func ExamineServer(ctx context.Context, c ServerConfig, name string) (ServerState, error) {
	ctx, cancel := context.WithTimeout(ctx, examineTimeout)
	defer cancel()
	s, err := examine(ctx, c, name)
	if err != nil {
		return s, fmt.Errorf("couldn't examine the database server: %w", err)
	}
	return s, nil
}

func examine(ctx context.Context, c ServerConfig, name string) (s ServerState, err error) {
	if err := checkName(name); err != nil {
		return s, err
	}
	server, err := prepare(c)
	if err != nil {
		return s, err
	}
	server.config.RuntimeParams["application_name"] = "pedigree doctor"
	s = ServerState{Place: server.place(), Schema: schemaPrefix + name, Wanted: connectionsDefault + 1}
	conn, err := server.open(ctx)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, hangUp(conn)) }()
	s.Remote = isRemote(server.config.Host)
	s.NamesMatch = server.config.TLSConfig != nil && !server.config.TLSConfig.InsecureSkipVerify
	for _, ask := range []func(context.Context, *pgx.Conn) error{s.askTime, s.askVersion, s.askRights, s.askRoom, s.askLimits} {
		if err := ask(ctx, conn); err != nil {
			return s, away(ctx, err)
		}
	}
	return s, nil
}

// askTime compares the clocks in the middle of the quickest of some questions.
func (s *ServerState) askTime(ctx context.Context, conn *pgx.Conn) error {
	s.Answer = math.MaxInt64
	for range examineQuestions {
		var there time.Time
		began := time.Now()
		if err := conn.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&there); err != nil {
			return err
		}
		if took := time.Since(began); took < s.Answer {
			s.Answer, s.ClockAhead = took, there.Sub(began.Add(took/2))
		}
	}
	return nil
}

func (s *ServerState) askVersion(ctx context.Context, conn *pgx.Conn) (err error) {
	if err := conn.QueryRow(ctx, `SELECT current_setting('server_version'), COALESCE((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), '')`).Scan(&s.Version, &s.TLS); err != nil {
		return err
	}
	s.Broken, err = brokenPromises(ctx, conn)
	return err
}

func (s *ServerState) askRights(ctx context.Context, conn *pgx.Conn) error {
	err := conn.QueryRow(ctx, `SELECT current_user::text, rolsuper, has_database_privilege(current_database(), 'CREATE'),
			EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1),
			COALESCE((SELECT has_schema_privilege(n.oid, 'CREATE') AND has_schema_privilege(n.oid, 'USAGE') FROM pg_namespace n WHERE nspname = $1), true),
			COALESCE((SELECT MIN(c.relname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'S') AND NOT pg_has_role(c.relowner, 'USAGE')), '')
		FROM pg_roles WHERE rolname = current_user`, s.Schema).Scan(&s.User, &s.Superuser, &s.MayMake, &s.IsThere, &s.MayUse, &s.Foreign)
	if err != nil {
		return err
	}
	return conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_extension e JOIN pg_depend d ON d.refobjid = e.oid AND d.deptype = 'e'
			JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
		WHERE e.extname = 'amcheck' AND p.proname = 'bt_index_check' AND has_function_privilege(p.oid, 'EXECUTE'))`).Scan(&s.Amcheck)
}

// askRoom counts connections. Other users' sessions are seen as a number only.
func (s *ServerState) askRoom(ctx context.Context, conn *pgx.Conn) error {
	return conn.QueryRow(ctx, `WITH used AS (
			SELECT (SELECT CAST(SUM(numbackends) AS BIGINT) FROM pg_stat_database) AS everybody,
				(SELECT CAST(numbackends AS BIGINT) FROM pg_stat_database WHERE datname = current_database()) AS database,
				(SELECT COUNT(*) FROM pg_stat_activity WHERE usename = current_user) AS role,
				(SELECT COUNT(*) FROM pg_stat_activity WHERE usename = current_user AND application_name = 'pedigree') AS own)
		SELECT own, GREATEST(0, LEAST(
			current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint
				- COALESCE(current_setting('reserved_connections', true)::bigint, 0) - everybody,
			CASE WHEN d.datconnlimit < 0 THEN everybody + 1000000 ELSE d.datconnlimit - database END,
			CASE WHEN r.rolconnlimit < 0 THEN everybody + 1000000 ELSE r.rolconnlimit - role END) + 1)
		FROM used, pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user`).Scan(&s.Own, &s.Free)
}

// askLimits looks for time-outs that would cut a node's work off. What a connection
// asks for is lost behind some poolers.
func (s *ServerState) askLimits(ctx context.Context, conn *pgx.Conn) error {
	want := map[string]string{"idle_session_timeout": "0", "transaction_timeout": "0"} // the second is of version 17
	for name, value := range sessionSettings() {
		if strings.HasSuffix(name, "_timeout") {
			want[name] = value
		}
	}
	found, err := conn.Query(ctx, `SELECT name, setting FROM pg_settings WHERE name = ANY($1) ORDER BY name`, slices.Collect(maps.Keys(want)))
	if err != nil {
		return err
	}
	var name, value string
	_, err = pgx.ForEachRow(found, []any{&name, &value}, func() error {
		if value != want[name] {
			s.Limits = append(s.Limits, fmt.Sprintf("%s is %s ms, not %s", name, value, want[name]))
		}
		return nil
	})
	return err
}

// ConnectAdvice says what to do about an error of Connect or ExamineServer.
func ConnectAdvice(err error) string {
	var p *pgconn.PgError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name):
		return "write the host into vault.url as the server's certificate names it"
	case errors.As(err, &unknown), errors.As(err, &cert):
		return "name the authority of the server's certificate with sslrootcert in vault.url, and see that the certificate is valid today"
	case errors.As(err, &p) && strings.HasPrefix(p.Code, "28"):
		return "check the user in vault.url, vault.password_file, and the server's pg_hba.conf"
	case errors.As(err, &p) && p.Code == "3D000":
		return "make the database as docs/operate/store.md shows, or correct its name in vault.url"
	case errors.As(err, &p) && p.Code == "53300":
		return "raise max_connections on the server, or the limit of the user or the database (ALTER ROLE ... CONNECTION LIMIT)"
	case errors.As(err, &p) && p.Code == "57P03":
		return "the server is starting or recovering: wait, and read its log"
	case errors.Is(err, ErrAway):
		return "start the server, and check the host and port in vault.url, listen_addresses of the server, and the firewall"
	}
	return "correct vault.url and vault.password_file in pedigree.yaml; docs/operate/store.md"
}
