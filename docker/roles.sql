-- Change both passwords, and DATABASE_URL and DATABASE_OWNER_URL in env with them.
CREATE ROLE portal_owner LOGIN CREATEDB PASSWORD 'change-me-owner';
CREATE ROLE portal_app LOGIN PASSWORD 'change-me-app';
ALTER DATABASE portal OWNER TO portal_owner;
ALTER SCHEMA public OWNER TO portal_owner;
