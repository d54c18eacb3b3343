/**
 * Stands in for the two functions of `semver` with which the language client asks whether this VS Code is new enough:
 * `engines.vscode` of the manifest has seen to it already. Both answers are "yes".
 */
module.exports = () => ({ prerelease: [] });
