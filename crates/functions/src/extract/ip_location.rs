//! IP_LOCATION: looks addresses up in a database in MaxMind's format, which the user provides.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use maxminddb::{Reader, geoip2};
use quarry_types::{Column, DataType, Ips, Strings, ip};

use super::Extractor;
use super::rows::{Lists, Row, fill};
use crate::wkt::{Geometry, Place};
use crate::{Context, Failure};

/// The database that is looked for where none is named.
pub const DEFAULT_DATABASE: &str = "GeoLite2-City.mmdb";

/// The environment variable that names the folder with databases.
pub const FOLDER_VARIABLE: &str = "QUARRY_GEOIP_DIR";

/// Folders where tools of the system keep databases.
const FOLDERS: [&str; 3] = ["/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP"];

type Database = Reader<Vec<u8>>;

/// IP_LOCATION for one prefix.
#[derive(Clone, Debug)]
pub struct IpLocation {
    prefix: String,
    properties: Vec<Property>,
    reader: Arc<Database>,
    database: String,
    first_only: bool,
}

/// Options of IP_LOCATION.
#[derive(Clone, Debug)]
pub struct IpLocationOptions {
    /// The database: a path, or a file's name in one of the known folders.
    pub database_file: Option<String>,
    /// Which columns to make; the usual ones for the kind of database where there is no choice.
    pub properties: Option<Vec<String>>,
    /// Whether the first value of a list stands for all; otherwise a list gives null and a warning.
    pub first_only: bool,
}

impl Default for IpLocationOptions {
    fn default() -> Self {
        Self { database_file: None, properties: None, first_only: true }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    Ip,
    CountryIsoCode,
    CountryName,
    CountryInEuropeanUnion,
    ContinentCode,
    ContinentName,
    RegionIsoCode,
    RegionName,
    CityName,
    PostalCode,
    Timezone,
    Location,
    AccuracyRadius,
    Asn,
    OrganizationName,
    Network,
}

const PROPERTIES: [(&str, Property, DataType); 16] = [
    ("ip", Property::Ip, DataType::Keyword),
    ("country_iso_code", Property::CountryIsoCode, DataType::Keyword),
    ("country_name", Property::CountryName, DataType::Keyword),
    ("country_in_european_union", Property::CountryInEuropeanUnion, DataType::Boolean),
    ("continent_code", Property::ContinentCode, DataType::Keyword),
    ("continent_name", Property::ContinentName, DataType::Keyword),
    ("region_iso_code", Property::RegionIsoCode, DataType::Keyword),
    ("region_name", Property::RegionName, DataType::Keyword),
    ("city_name", Property::CityName, DataType::Keyword),
    ("postal_code", Property::PostalCode, DataType::Keyword),
    ("timezone", Property::Timezone, DataType::Keyword),
    ("location", Property::Location, DataType::GeoPoint),
    ("accuracy_radius", Property::AccuracyRadius, DataType::Integer),
    ("asn", Property::Asn, DataType::Long),
    ("organization_name", Property::OrganizationName, DataType::Keyword),
    ("network", Property::Network, DataType::Keyword),
];

const CITY: &[Property] = &[
    Property::CountryIsoCode,
    Property::CountryName,
    Property::ContinentName,
    Property::RegionIsoCode,
    Property::RegionName,
    Property::CityName,
    Property::Location,
];
const COUNTRY: &[Property] = &[Property::ContinentName, Property::CountryName, Property::CountryIsoCode];
const ASN: &[Property] = &[Property::Ip, Property::Asn, Property::OrganizationName, Property::Network];

impl Property {
    fn entry(self) -> (&'static str, DataType) {
        PROPERTIES
            .iter()
            .find(|(_, property, _)| *property == self)
            .map_or(("", DataType::Keyword), |(name, _, data_type)| (name, *data_type))
    }
}

impl IpLocation {
    /// Opens the database and makes columns whose names begin with `prefix` and a dot.
    ///
    /// # Errors
    /// There is no such database, it can't be read, or a property isn't known.
    pub fn new(prefix: &str, options: &IpLocationOptions) -> Result<Self, String> {
        let database = options.database_file.as_deref().unwrap_or(DEFAULT_DATABASE);
        let path = find(database).ok_or_else(|| {
            format!(
                "Cannot find the database [{database}]: give the path of a database in MaxMind's format as \
                 WITH {{\"database_file\": \"/path/to/{DEFAULT_DATABASE}\"}}, or its folder in the environment variable \
                 {FOLDER_VARIABLE}"
            )
        })?;
        Self::of_file(&path, prefix, options)
    }

    /// Columns from the database `file` in the folder that the environment names; `None` where it names none, or none
    /// with such a file.
    pub(crate) fn of_environment(file: &str, property: &str) -> Option<Result<Self, String>> {
        let path = Path::new(&std::env::var_os(FOLDER_VARIABLE)?).join(file);
        let options = IpLocationOptions { properties: Some(vec![property.to_owned()]), ..Default::default() };
        path.is_file().then(|| Self::of_file(&path, "", &options))
    }

    fn of_file(path: &Path, prefix: &str, options: &IpLocationOptions) -> Result<Self, String> {
        let reader = open(path)?;
        let kind = reader.metadata().database_type.clone();
        let usual = if kind.contains("ASN") || kind.contains("ISP") {
            ASN
        } else if kind.contains("Country") {
            COUNTRY
        } else {
            CITY
        };
        let properties = match &options.properties {
            None => usual.to_vec(),
            Some(names) => names.iter().map(|name| property(name)).collect::<Result<_, _>>()?,
        };
        Ok(Self {
            prefix: prefix.to_owned(),
            properties,
            reader,
            database: path.display().to_string(),
            first_only: options.first_only,
        })
    }

    fn look_up(&self, address: IpAddr, row: &mut Row<'_>) -> Result<(), Failure> {
        let unreadable =
            |error: maxminddb::MaxMindDbError| Failure::illegal_argument(format!("[{}]: {error}", self.database));
        let found = self.reader.lookup(address).map_err(unreadable)?;
        if !found.has_data() {
            return Ok(());
        }
        let network = found.network().ok().map(|network| network.to_string());
        let place: geoip2::City<'_> = found.decode().map_err(unreadable)?.unwrap_or_default();
        let system: Option<geoip2::Asn<'_>> = found.decode().map_err(unreadable)?;
        let (country, region) = (&place.country, place.subdivisions.first());
        for (i, property) in self.properties.iter().enumerate() {
            match property {
                Property::Ip => row.set(i, &address.to_string()),
                Property::CountryIsoCode => row.set_some(i, country.iso_code),
                Property::CountryName => row.set_some(i, country.names.english),
                Property::CountryInEuropeanUnion => {
                    if country.iso_code.is_some() {
                        row.set_boolean(i, country.is_in_european_union.unwrap_or(false));
                    }
                }
                Property::ContinentCode => row.set_some(i, place.continent.code),
                Property::ContinentName => row.set_some(i, place.continent.names.english),
                Property::RegionIsoCode => {
                    if let (Some(country), Some(region)) = (country.iso_code, region.and_then(|r| r.iso_code)) {
                        row.set(i, &format!("{country}-{region}"));
                    }
                }
                Property::RegionName => row.set_some(i, region.and_then(|region| region.names.english)),
                Property::CityName => row.set_some(i, place.city.names.english),
                Property::PostalCode => row.set_some(i, place.postal.code),
                Property::Timezone => row.set_some(i, place.location.time_zone),
                Property::Location => {
                    if let (Some(x), Some(y)) = (place.location.longitude, place.location.latitude) {
                        row.set(i, &Geometry::Point(Some(Place { x, y })).to_string());
                    }
                }
                Property::AccuracyRadius => {
                    if let Some(radius) = place.location.accuracy_radius {
                        row.set_integer(i, i32::from(radius));
                    }
                }
                Property::Asn => {
                    if let Some(number) = system.as_ref().and_then(|system| system.autonomous_system_number) {
                        row.set_long(i, i64::from(number));
                    }
                }
                Property::OrganizationName => {
                    row.set_some(i, system.as_ref().and_then(|system| system.autonomous_system_organization));
                }
                Property::Network => row.set_some(i, network.as_deref()),
            }
        }
        Ok(())
    }
}

/// The database at `path`. Databases are large: whoever reads one shares it.
fn open(path: &Path) -> Result<Arc<Database>, String> {
    static OPEN: Mutex<Vec<(PathBuf, Weak<Database>)>> = Mutex::new(Vec::new());
    let mut known = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    known.retain(|(_, reader)| reader.strong_count() > 0);
    if let Some(reader) = known.iter().find(|(of, _)| of == path).and_then(|(_, reader)| reader.upgrade()) {
        return Ok(reader);
    }
    let reader = Reader::open_readfile(path)
        .map_err(|error| format!("Cannot read the database [{}]: {error}", path.display()))?;
    let reader = Arc::new(reader);
    known.push((path.to_owned(), Arc::downgrade(&reader)));
    Ok(reader)
}

fn property(name: &str) -> Result<Property, String> {
    PROPERTIES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)).map(|(_, property, _)| *property).ok_or_else(
        || {
            let known: Vec<&str> = PROPERTIES.iter().map(|(name, ..)| *name).collect();
            format!("illegal property value [{name}]. valid values are [{}]", known.join(", "))
        },
    )
}

/// The database's path: as given, or in a folder that is known.
fn find(database: &str) -> Option<PathBuf> {
    let given = Path::new(database);
    if given.is_file() {
        return Some(given.to_owned());
    }
    let own = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
    own.into_iter()
        .chain(FOLDERS.iter().map(PathBuf::from))
        .map(|folder| folder.join(database))
        .find(|path| path.is_file())
}

impl Extractor for IpLocation {
    fn columns(&self) -> Vec<(String, DataType)> {
        let entries = self.properties.iter().map(|property| property.entry());
        entries.map(|(name, data_type)| (format!("{}.{name}", self.prefix), data_type)).collect()
    }

    fn extract(&self, context: &mut Context<'_>, input: &Column, wanted: &[bool]) -> Vec<Column> {
        let columns = self.columns();
        let lists = if self.first_only { Lists::First } else { Lists::Refused };
        if input.data_type().is_string() {
            return fill::<Strings>(context, &columns, input.cells(), wanted, lists, |text, row| {
                let bytes = ip::parse(text)
                    .ok_or_else(|| Failure::illegal_argument(format!("'{text}' is not an IP string literal.")))?;
                self.look_up(address(bytes), row)
            });
        }
        fill::<Ips>(context, &columns, input.cells(), wanted, lists, |bytes, row| self.look_up(address(bytes), row))
    }

    fn describe(&self) -> String {
        format!("IP_LOCATION {} from {}", self.prefix, self.database)
    }
}

fn address(bytes: [u8; 16]) -> IpAddr {
    std::net::Ipv6Addr::from(bytes).to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_database_it_says_what_to_give() {
        let error = IpLocation::new("geo", &IpLocationOptions::default()).unwrap_err();
        assert!(error.contains("database_file") && error.contains(FOLDER_VARIABLE), "{error}");
    }

    #[test]
    fn properties_are_checked() {
        assert_eq!(property("City_Name"), Ok(Property::CityName));
        assert!(property("x").unwrap_err().starts_with("illegal property value [x]. valid values are [ip, "));
    }

    #[test]
    fn what_is_no_database_is_refused() {
        let path = std::env::temp_dir().join("quarry-not-a-database.mmdb");
        std::fs::write(&path, b"nothing").unwrap();
        let options = IpLocationOptions { database_file: Some(path.display().to_string()), ..Default::default() };
        assert!(IpLocation::new("geo", &options).unwrap_err().starts_with("Cannot read the database"));
        std::fs::remove_file(path).unwrap();
    }
}
