//! DISSECT, GROK and the commands that make several columns under a prefix.

use std::sync::Arc;

use quarry_diagnostics::{Code, Span};
use quarry_functions::extract::Extractor;
use quarry_functions::extract::dissect::Dissect;
use quarry_functions::extract::grok::Grok;
use quarry_functions::extract::ip_location::{IpLocation, IpLocationOptions};
use quarry_functions::extract::registered_domain::RegisteredDomain;
use quarry_functions::extract::uri_parts::UriParts;
use quarry_functions::extract::user_agent::{UserAgent, UserAgentOptions};
use quarry_syntax::ast::{Expr as Ast, ExtractKind, Ident, Map, Name, StringLiteral};
use quarry_types::{DataType, Value};

use super::{Analyzer, append_columns};
use crate::expression::{Attribute, Expr};
use crate::fold;
use crate::plan::{Node, Plan};

impl Analyzer<'_> {
    pub(super) fn dissect(
        &mut self,
        plan: Plan,
        input: &Ast,
        pattern: &StringLiteral,
        options: &[(Ident, Ast)],
        span: Span,
    ) -> Plan {
        let operand = self.string_operand(input, "Dissect");
        let separator = self.append_separator(options);
        match Dissect::new(&pattern.value, &separator) {
            Ok(dissect) => self.extract(plan, operand, Arc::new(dissect), span),
            Err(error) => {
                self.error(Code::BAD_MATCH_PATTERN, pattern.span, error.to_string());
                plan
            }
        }
    }

    pub(super) fn grok(&mut self, plan: Plan, input: &Ast, patterns: &[StringLiteral], span: Span) -> Plan {
        let operand = self.string_operand(input, "Grok");
        let texts: Vec<&str> = patterns.iter().map(|pattern| pattern.value.as_str()).collect();
        match Grok::new(&texts) {
            Ok(grok) => self.extract(plan, operand, Arc::new(grok), span),
            Err(error) => {
                let at = patterns.get(error.pattern).map_or(span, |pattern| pattern.span);
                self.error(Code::BAD_MATCH_PATTERN, at, error.to_string());
                plan
            }
        }
    }

    /// URI_PARTS and the like.
    pub(super) fn extract_under_prefix(
        &mut self,
        plan: Plan,
        kind: ExtractKind,
        prefix: &Name,
        input: &Ast,
        options: Option<&Map>,
        span: Span,
    ) -> Plan {
        let (command, takes_addresses) = match kind {
            ExtractKind::UriParts => ("URI_PARTS", false),
            ExtractKind::RegisteredDomain => ("REGISTERED_DOMAIN", false),
            ExtractKind::UserAgent => ("USER_AGENT", false),
            ExtractKind::IpLocation => ("IP_LOCATION", true),
        };
        let operand = self.expr(input);
        let found = operand.data_type;
        let fits = found.is_string() || found == DataType::Null || (takes_addresses && found == DataType::Ip);
        if !fits {
            let wanted = if takes_addresses { "ip or string" } else { "string" };
            let message = format!("Input for {command} must be of type [{wanted}] but is [{}]", found.message_name());
            self.error(Code::TYPE_MISMATCH, input.span, message);
            return plan;
        }
        let Some(prefix) = self.name_text(prefix) else { return plan };
        let extractor: Option<Arc<dyn Extractor>> = match kind {
            ExtractKind::UriParts => Some(Arc::new(UriParts::new(&prefix))),
            ExtractKind::RegisteredDomain => Some(Arc::new(RegisteredDomain::new(&prefix))),
            ExtractKind::UserAgent => self.user_agent(&prefix, options, span),
            ExtractKind::IpLocation => self.ip_location(&prefix, options, span),
        };
        match extractor {
            Some(extractor) => self.extract(plan, operand, extractor, span),
            None => plan,
        }
    }

    fn user_agent(&mut self, prefix: &str, options: Option<&Map>, span: Span) -> Option<Arc<dyn Extractor>> {
        let mut chosen = UserAgentOptions::default();
        for (option, at) in self.command_options(options, "USER_AGENT") {
            match option.0.as_str() {
                "extract_device_type" => chosen.extract_device_type = self.flag_option(&option, at)?,
                "properties" => chosen.properties = Some(self.list_option(&option, at)?),
                "regex_file" => chosen.regex_file = self.list_option(&option, at)?.into_iter().next(),
                name => {
                    let known = "[extract_device_type, properties, regex_file]";
                    let message = format!("Invalid option [{name}] in USER_AGENT, expected one of {known}");
                    self.error(Code::INVALID_QUERY, at, message);
                    return None;
                }
            }
        }
        let extractor = UserAgent::new(prefix, &chosen);
        self.made(extractor, options, span)
    }

    fn ip_location(&mut self, prefix: &str, options: Option<&Map>, span: Span) -> Option<Arc<dyn Extractor>> {
        let mut chosen = IpLocationOptions::default();
        for (option, at) in self.command_options(options, "IP_LOCATION") {
            match option.0.as_str() {
                "first_only" => chosen.first_only = self.flag_option(&option, at)?,
                "properties" => chosen.properties = Some(self.list_option(&option, at)?),
                "database_file" => chosen.database_file = self.list_option(&option, at)?.into_iter().next(),
                name => {
                    let known = "[database_file, first_only, properties]";
                    let message = format!("Invalid option [{name}] in IP_LOCATION, expected one of {known}");
                    self.error(Code::INVALID_QUERY, at, message);
                    return None;
                }
            }
        }
        let extractor = IpLocation::new(prefix, &chosen);
        self.made(extractor, options, span)
    }

    fn made<E: Extractor + 'static>(
        &mut self,
        extractor: Result<E, String>,
        options: Option<&Map>,
        span: Span,
    ) -> Option<Arc<dyn Extractor>> {
        match extractor {
            Ok(extractor) => Some(Arc::new(extractor)),
            Err(message) => {
                self.error(Code::INVALID_QUERY, options.map_or(span, |map| map.span), message);
                None
            }
        }
    }

    /// The constants of a command's options, each with its place.
    fn command_options(&mut self, options: Option<&Map>, command: &str) -> Vec<((String, Value), Span)> {
        let mut constants = Vec::new();
        for (name, value) in options.into_iter().flat_map(|map| &map.entries) {
            let expr = self.expr(value);
            match fold::constant(&expr, &self.settings) {
                Some(constant) => constants.push(((name.value.clone(), constant), name.span.to(value.span))),
                None => {
                    let message = format!("Option [{}] of {command} must be a constant", name.value);
                    self.error(Code::INVALID_QUERY, value.span, message);
                }
            }
        }
        constants
    }

    fn flag_option(&mut self, (name, value): &(String, Value), at: Span) -> Option<bool> {
        let flag = match value {
            Value::Boolean(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        if flag.is_none() {
            let message = format!("Invalid value [{value}] for option [{name}], expected a boolean");
            self.error(Code::INVALID_QUERY, at, message);
        }
        flag
    }

    fn list_option(&mut self, (name, value): &(String, Value), at: Span) -> Option<Vec<String>> {
        let strings = match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::List(values) => values.iter().map(|value| value.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        if strings.is_none() {
            let message =
                format!("Invalid value [{value}] for option [{name}], expected a string or a list of strings");
            self.error(Code::INVALID_QUERY, at, message);
        }
        strings
    }

    /// The operand of a command that reads strings.
    pub(super) fn string_operand(&mut self, input: &Ast, command: &str) -> Expr {
        let operand = self.expr(input);
        if !operand.data_type.is_string() && operand.data_type != DataType::Null {
            let message = format!(
                "{command} only supports KEYWORD or TEXT values, found expression [{}] type [{}]",
                self.source(input.span),
                operand.data_type.message_name().to_uppercase()
            );
            self.error(Code::TYPE_MISMATCH, input.span, message);
        }
        operand
    }

    /// The plan with the columns of `extractor` appended.
    pub(super) fn extract(&mut self, plan: Plan, operand: Expr, extractor: Arc<dyn Extractor>, span: Span) -> Plan {
        let fields: Vec<Attribute> =
            extractor.columns().into_iter().map(|(name, data_type)| self.new_attribute(name, data_type)).collect();
        let output = append_columns(&plan.output, &fields);
        let site = self.site(span);
        Plan { node: Node::Extract { input: Box::new(plan), operand, extractor, fields, site }, output }
    }

    fn append_separator(&mut self, options: &[(Ident, Ast)]) -> String {
        let mut separator = String::new();
        for (name, value) in options {
            if !name.text.eq_ignore_ascii_case("append_separator") {
                self.error(Code::INVALID_QUERY, name.span, format!("Invalid option for dissect: [{}]", name.text));
                continue;
            }
            let expr = self.expr(value);
            match fold::constant(&expr, &self.settings) {
                Some(Value::String(text)) => separator = text,
                _ => {
                    let message = format!(
                        "Invalid value for dissect append_separator: expected a string, but was [{}]",
                        self.source(value.span)
                    );
                    self.error(Code::INVALID_QUERY, value.span, message);
                }
            }
        }
        separator
    }
}
