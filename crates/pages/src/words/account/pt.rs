//! Portuguese.

use super::Account;

pub(super) static WORDS: Account = Account {
    title: "Entrar",
    name: "Nome ou endereço de e-mail",
    name_missing: "Digite o seu nome ou o endereço de e-mail da sua conta.",
    password: "Senha",
    password_missing: "Digite a sua senha.",
    button: "Entrar",
    wrong: "Este nome e esta senha não combinam. Ambos contam como foram digitados: veja as maiúsculas e o idioma do teclado.",
    busy: "Foram tentativas demais. Espere {seconds} segundos e tente de novo.",
    forgotten: "Esqueceu a sua senha?",
    forgot_title: "Senha esquecida",
    forgot_text: "Peça ajuda a quem cuida deste lugar: essa pessoa pode lhe dar um link com que você escolhe outra senha. Daqui não sai nenhum e-mail sozinho.",
    forgot_next: "Um link vale uma vez, e só por algum tempo. Abra-o no navegador em que você quer entrar.",
    forgot_back: "Voltar para entrar",
    reset_title: "Escolha outra senha",
    reset_text: "Aqui você é {name}. Todas as suas sessões terminam, em todos os navegadores e programas.",
    reset_new: "Uma senha nova",
    reset_hint: "Pelo menos 8 caracteres.",
    reset_button: "Definir a senha",
    reset_done: "A sua senha está definida",
    reset_done_text: "Entre com ela.",
    reset_gone: "Este link não vale mais",
    reset_gone_text: "Ele foi usado, o seu tempo passou, ou um mais novo tomou o seu lugar. Talvez uma parte tenha se perdido no caminho.",
    reset_gone_next: "Peça um novo a quem cuida deste lugar.",
    no_account: "Não tem conta? Abra o link do seu convite.",
    paste: "Cole-o aqui",
    back_to_link: "Depois de entrar, você volta ao seu convite.",
};
